// Reads calendars with ical.js and prints what it understood: file → events with UTC instants, or dates where all-day.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

// Zones come from the file alone: none is registered with ICAL.TimezoneService.
const when = (time) => {
  if (!time) return null;
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`floating: ${time}`);
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
};

const found = {};
for (const file of process.argv.slice(2)) {
  const calendar = ICAL.Component.fromString(readFileSync(file, "utf8"));
  found[file] = calendar.getAllSubcomponents("vevent").map((event) => {
    const get = (name) => event.getFirstPropertyValue(name);
    return {
      uid: get("uid"), start: when(get("dtstart")), end: when(get("dtend")), summary: get("summary"),
      description: get("description"), place: get("location") ?? "", status: get("status"), sequence: get("sequence"),
    };
  });
}
process.stdout.write(JSON.stringify(found));
