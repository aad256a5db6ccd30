"""What can be wrong with the content, and how it is said.

Every message that a communicator can meet stands in ``GROUPS``, under a heading and a code that never changes; a test
holds that each is produced by a case under ``tests/cases``. After a change: ``make generate``.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

_LONGEST_QUOTE: Final = 80
_MOST_CHOICES: Final = 20

# The headings are those of the guide's list, docs/guide/meddelanden.md.
GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Filen": {
        "not-utf8": "Filen är inte sparad som UTF-8. Spara om den med teckenkodningen UTF-8.",
        "bad-character": "Här står ett osynligt tecken som inte får finnas i texten (U+{point}). Ta bort det.",
        "empty-file": "Filen är tom. {expected}",
        "no-front-matter": "Filen ska börja med en rad --- följd av nycklarna och en rad --- till.",
        "open-front-matter": "Nycklarna högst upp avslutas aldrig. Sätt en rad --- efter den sista nyckeln.",
        "long-dash": "Det här är ett långt streck. Skriv tre vanliga bindestreck: ---",
        "second-front-matter": "Här börjar nycklarna till en uppdatering till. Varje uppdatering ska ha en egen fil.",
        "not-a-mapping": "Här väntas nycklar med värden, till exempel ”titel: Trygghetsvandringar”.",
        "stray-file": "Filen hör inte hemma här. {expected}",
        "stray-folder": "Mappen hör inte hemma här. {expected}",
        "merge-conflict": "Två har ändrat samma ställe, och git har satt in båda texterna här, till rad {last}. "
        "Behåll det som ska stå, och ta bort raderna som börjar med <<<<<<<, ======= och >>>>>>>.",
        "too-deep": "Här ligger listor eller citat i alltför många nivåer inuti varandra. Skriv om det med några få.",
        "symlink": "Det här är en genväg (symbolisk länk). Lägg själva filen här i stället.",
        "missing-file": "Filen saknas eller går inte att läsa. {expected}",
        "no-content": "Mappen finns inte. Där ska innehållet ligga, en mapp för varje period.",
    },
    "Raderna med nycklar": {
        "yaml": "Raden går inte att läsa. En rad skrivs ”nyckel: värde”, med samma indrag som raderna omkring.",
        "yaml-quote": "Värdet behöver citattecken för att läsas rätt. Skriv: {mended}",
        "yaml-open-quote": "Citattecknet som börjar här avslutas aldrig. Skriv: {mended}",
        "yaml-escape": 'Ett omvänt snedstreck inom " " gör om tecknet efter till något annat. Skriv: {mended}',
        "yaml-sign": "Ett värde som börjar med &, * eller ! läses inte som text. Skriv: {mended}",
        "yaml-dash": "Ett värde kan inte börja med ett bindestreck. Skriv: {mended} – eller, om det är en lista, börja "
        "den på nästa rad.",
        "yaml-item": "I en lista börjar varje del med ett vanligt bindestreck och ett mellanslag. Skriv: {mended}",
        "yaml-brackets": "Det som står inom [ ] eller {{ }} går inte att läsa. Avsluta det med ] eller }} och sätt "
        "citattecken om texter som innehåller kolon, komma eller #.",
        "yaml-tab": "Raden innehåller en tabb. Använd mellanslag, lika många som på raderna omkring, eller två fler än "
        "på raden ovanför om den slutar med kolon. Skriv efter dem: {mended}",
        "yaml-tab-alone": "Raden ser tom ut men innehåller en tabb. Ta bort den.",
        "yaml-space": "Efter kolonet eller bindestrecket behövs ett mellanslag. Skriv: {mended}",
        "yaml-hard-space": "Raden innehåller ett hårt mellanslag, som bara ser ut som ett vanligt. Skriv om den med "
        "vanliga mellanslag: {mended}",
        "yaml-doubled-key": "Nyckeln ”{key}” står redan på rad {first}. Ta bort den ena.",
        "yaml-lost-dash": "”{key}” står redan i den här delen av listan. Börjar nästa del här? Skriv, med "
        "bindestrecket rakt under det förra: {mended}",
        "yaml-lost-part": "”{key}” hör till den del av listan som börjar ovanför. Sätt fler mellanslag före raden, så "
        "att den står rakt under det som följer efter bindestrecket.",
        "yaml-lost-indent": "Nyckeln ”{key}” står redan på rad {first}. Ta bort den ena – eller, om den här hör till "
        "”{above}”, sätt två mellanslag före den, och är ”{above}” en lista ett bindestreck: {mended}",
        "yaml-comment": "Texten efter # försvinner. Skriv: {mended} – eller lägg kommentaren på en egen rad.",
        "yaml-comma": "Kommat delar värdet i två. Skriv: {mended}",
        "yaml-braces": "En lista skrivs inom [ ]. Skriv: {mended}",
        "yaml-documents": "Raden delar nycklarna i två stycken. Ta bort den.",
    },
    "Nycklar och värden": {
        "missing-key": "Nyckeln ”{key}” saknas. {expected}",
        "unknown-key": "Nyckeln ”{key}” finns inte. {hint}",
        "empty-value": "”{key}” har inget värde. Skriv ett, eller ta bort raden.",
        "lost-indent": "Raderna under ”{key}” hör till den. {hint}",
        "not-text": "”{key}” ska ha ett enda värde, men här står {found}.",
        "not-list": "”{key}” ska vara en lista, men här står {found}. {hint}",
        "not-keys": "”{key}” ska innehålla nycklar med värden ({expected}), men här står {found}. {hint}",
        "bad-choice": "”{value}” går inte att välja för ”{key}”. {hint}",
        "typographic-quotes": "Ta bort citattecknen. Skriv: {mended}",
        "bad-flag": "”{key}” ska vara true (ja) eller false (nej), inte ”{value}”.",
        "long-number": "”{value}” är ett för långt tal. Det får ha högst {most} tecken.",
        "bad-number": "”{value}” är inget tal. Skriv till exempel {example}.",
        "bad-whole-number": "”{value}” är inget heltal från 0 till 9999. Skriv bara siffror, till exempel 14.",
        "unclear-number": "”{value}” kan läsas på två sätt. Skriv {thousands} eller {decimals}.",
        "bad-day": "”{value}” är inte ett datum. Skriv ÅÅÅÅ-MM-DD, till exempel 2021-04-15.",
        "mended-time": "”{value}” går inte att läsa som en tid. Skriv: {mended}",
        "impossible-day": "Tiden {value} finns inte. {hint}",
        "bad-span": "”{value}” är inte en tid. Skriv till exempel 2021-04-15, 2021-W20, 2021-04, 2021-Q2, 2021-H1, "
        "2021 eller 2021-04-06/2021-04-09. {more}",
        "reversed-span": "”{value}” slutar innan det börjar. Skriv den tidigaste tiden först.",
        "same-span": "”{value}” börjar och slutar samtidigt. Skriv bara {once}.",
        "mixed-span": "”{value}” blandar två slags tider. Skriv båda på samma sätt, till exempel 2021-06/2021-08.",
        "bad-clock": "Klockslaget i ”{value}” går inte att läsa. Skriv till exempel 2021-06-15 18:00 eller 2021-06-15 "
        "18:00-20:00.",
        "late-end": "”{value}” slutar inte senare samma dag. Skriv den tidigaste tiden först. Slutar det efter "
        "midnatt, skriv bara när det börjar: {start}",
        "skipped-clock": "Klockan {value} finns inte: den natten ställs klockan fram från 2 till 3. Välj ett annat "
        "klockslag.",
        "clock-not-here": "”{value}” har ett klockslag. Här skrivs bara datum, till exempel {day}.",
        "bad-id": "”{value}” går inte att använda som id eller mappnamn. Skriv bara a–z, 0–9 och bindestreck, högst 60 "
        "tecken, till exempel {suggestion}.",
        "bad-url": "”{value}” är inte en hel webbadress. Den ska börja med https:// eller http://.",
        "bad-when": "”när” ska vara en tid, en lista av tider, ”löpande” eller varje/från/till, men här står {found}.",
        "recurrence-in-words": "Det som återkommer, som ”{value}”, skrivs med den första och den sista tiden: "
        "{{varje: {every}, från: 2021-01, till: 2022-12}}. Välj månad, kvartal, halvår eller år. Något annat, till "
        "exempel varje vecka, skrivs som en lista av tider: [2021-04-15, 2021-04-22]",
        "several-times": "”{value}” är flera tider. Skriv dem som en lista: [{mended}]",
        "bare-cancellation": "”inställd” ska säga varför, inte bara ”{value}”. Skriv skälet, till exempel: Snöoväder.",
    },
    "Perioden": {
        "bad-period-name": "Mappnamnet ”{name}” är upptaget av webbplatsens egna sidor. Välj ett annat, till exempel "
        "periodens år: {suggestion}.",
        "taken-address": "Adressen {name}/ har redan sidan {page}. Byt namn på mappen eller sidan.",
        "reversed-period": "Perioden slutar {last}, innan den börjar {first}. Rätta börjar eller slutar.",
        "overlapping-periods": "Perioden börjar {first}, men {other} pågår till och med {last}. Perioder får inte "
        "överlappa varandra. Rätta börjar eller slutar i en av dem.",
        "doubled-id": "”{id}” används två gånger. Varje {what} ska ha ett eget id.",
        "empty-list": "”{key}” är tom. Minst ett värde behövs.",
        "unknown-reference": "”{value}” finns inte bland {what}. {hint}",
        "doubled-value": "”{value}” står två gånger. Ta bort den ena.",
    },
    "Löftet": {
        "reserved-id": "Id ”{id}” är upptaget av periodens egna sidor. Välj ett annat.",
        "reserved-name": "Mappnamnet ”{name}” är upptaget av periodens egna sidor. Välj ett annat.",
        "doubled-number": "Löftet {other} har också nummer {number}. Varje löfte ska ha ett eget nummer.",
        "leads-without-being-responsible": "”{value}” leder men står inte bland ansvariga. Lägg till parten där.",
        "target-for-level": "Målvärde går bara att ange för mått av typen antal. Ta bort målvärde eller ändra typ.",
        "continues-later": "”{value}” hör inte till en tidigare period. Ett löfte kan bara fortsätta ett tidigare.",
        "no-text": "Texten saknas. {expected}",
        "template-text": "Här står ”{mark}” kvar från mallen. Skriv det som ska stå där, eller ta bort raden.",
    },
    "Uppdateringen": {
        "bad-update-name": "Filnamnet ska vara dagen och några ord: 2021-04-15-vandring-i-centrum.md. {hint}",
        "old-happened": "”hände” är {value}, mer än tio år före perioden. Rätta tiden om den är fel.",
        "too-early": "Dagen i filnamnet, {day}, ligger mer än ett år före perioden, som börjar {first}. Rätta dagen.",
        "far-ahead": "Dagen i filnamnet, {day}, ligger mer än fem år efter perioden, som slutar {last}. Byt namn på "
        "filen om dagen är fel.",
        "looks-ahead": "”hände” börjar {first}, efter dagen i filnamnet ({day}). Rätta dagen. Handlar det om "
        "framtiden: byt typ till information.",
        "not-on-period": "”{key}” hör till ett löfte, men uppdateringen handlar om hela perioden. Ta bort raden, eller "
        "flytta filen till löftets mapp.",
        "reason-missing": "Status ”{status}” behöver ett skäl: varför det är så, eller vad som återstår. Lägg till "
        "raden: skäl: …",
        "reason-without-status": "Här finns ett skäl men ingen status. Lägg till status eller ta bort skäl.",
        "status-on-background": "En uppdatering av typen bakgrund ändrar inte löftets status. Ta bort status eller "
        "välj en annan typ.",
        "fulfils-by-background": "En uppdatering av typen bakgrund redovisar inget. Ta bort uppfyller eller välj en "
        "annan typ.",
        "two-statuses": "Löftet har redan fått en status samma dag, i {other}. Ange status i bara en av "
        "uppdateringarna. Är den andra publicerad, med fel status: ändra den där och anteckna det under rättat.",
        "source-missing": "Ett resultat behöver en källa. Lägg till källor, till exempel: källor: [{{titel: "
        "'Egen uppgift: kommunen'}}]",
        "value-place": "Måttet ”{measure}” gäller {expected}, men uppdateringen gäller {found}. Skriv gäller: {place}, "
        "eller ta bort värdet.",
        "value-span": "Måttet ”{measure}” räknas per {per}, men uppdateringen gäller {found}. Skriv i hände en tid "
        "som ryms inom {per_one}.",
        "value-ahead": "Måttet ”{measure}” får ett värde för {first}, som inte har börjat den {day}. Ta bort värdet: "
        "det räknas som gjort. Skriv vad som är tänkt i texten.",
        "value-by-background": "Måttet ”{measure}” läggs ihop under perioden, men bakgrund redovisar inget. Ta bort "
        "värdet och skriv talet i texten, eller välj en annan typ.",
        "value-before": "Måttet ”{measure}” läggs ihop under perioden, men uppdateringen gäller {found}, före perioden "
        "som börjar {first}. Ta bort värdet och skriv talet i texten.",
        "negative-count": "Måttet ”{measure}” är ett antal och kan inte vara mindre än 0.",
        "also-itself": "”{value}” är löftet som uppdateringen redan hör till. Ta bort det ur även.",
        "corrects-itself": "Det här är uppdateringens eget namn. Ange den tidigare uppdatering som den rättar.",
        "corrects-draft": "”{value}” är ett utkast: det finns inget publicerat att rätta. Ändra i utkastet i stället.",
        "corrects-later": "”{value}” är inte tidigare än den här uppdateringen. En rättelse kommer efter det som den "
        "rättar.",
        "corrects-withdrawn": "”{value}” är tillbakadragen, men den här rättelsen av den står kvar. Läs igenom den: "
        "texten kan upprepa det som drogs tillbaka{counted}. Ska den också bort: foljmed withdraw {ref}",
        "before-publication": "Dagen {day} är före dagen då uppdateringen publicerades, {published}. Skriv dagen då "
        "den rättades eller drogs tillbaka.",
        "withdrawn-text": "Uppdateringen är tillbakadragen. Ta bort titeln och texten ur filen, så att de inte sprids "
        "vidare.",
        "fulfils-cancelled": "”{value}” är inställd och kan inte redovisas. Ta bort den ur uppfyller, eller ändra i "
        "planen.",
        "fulfils-later": "”{value}” är planerad till {when}. Uppdateringen publiceras före det, {day}. Ta bort raden i "
        "uppfyller, och skriv en uppdatering när det har varit. Blev det tidigare än planerat skriver du flyttad_till "
        "i planen.",
        "fulfils-ongoing": "”{value}” är löpande och har inga tillfällen att redovisa. Ta bort den ur uppfyller.",
        "fulfils-which": "Aktiviteten ”{value}” har flera tillfällen. Skriv vilket, till exempel {value}@{example}.",
    },
    "Kommunikationsplanen": {
        "plan-not-dated": "Lägg till antagen: det datum då planen antogs. Perioden har ingen källa med datum.",
        "reversed-recurrence": "”till” ({last}) ligger före ”från” ({first}). Skriv den tidigaste tiden först.",
        "no-occurrence": "Mellan {first} och {last} ryms {nothing}. Rätta från eller till.",
        "too-many-occurrences": "Aktiviteten har {count} tillfällen. Högst {most} går att visa; dela upp den.",
        "doubled-occurrence": "Aktiviteten har två tillfällen med samma tid, {value}. Skriv dem som två aktiviteter.",
        "change-without-content": "Ändringen säger inte vad som ändras. Ange flyttad_till, inställd, plats, titel "
        "eller not.",
        "change-both": "Tillfället kan inte både flyttas och ställas in i samma ändring. Ta bort det ena.",
        "change-which": "Aktiviteten har flera tillfällen. Ange vilket som flyttas, till exempel tillfälle: {example}.",
        "report-ongoing": "Aktiviteten ”{id}” är löpande, så det syns aldrig om en uppdatering uteblir. Ta bort "
        "redovisas, eller skriv det som ska redovisas som en egen aktivitet med tider.",
        "change-ongoing": "En löpande aktivitet har inga tillfällen att ändra. Ta bort ändringen.",
        "change-late": "Beslutet är från {decided}, efter tillfället {value}. Det som redan har varit kan inte ändras; "
        "skriv en uppdatering i stället.",
        "moved-back": "Tillfället flyttas till {value}, men beslutet är från {decided}. Rätta det ena.",
        "change-early": "Beslutet är från {decided}, men aktiviteten fanns inte i planen förrän {known}. Rätta dagen, "
        "eller skriv rätt tid direkt i när.",
        "added-early": "”tillagd” är {day}, men planen antogs {adopted}. Bara senare tillägg märks så. Ta bort "
        "tillagd, eller rätta dagen.",
        "added-late": "Tillfället {value} ligger före dagen då aktiviteten lades till, {day}. Det som redan har varit "
        "går inte att planera. Ta bort tillfället, och berätta om det i en uppdatering.",
    },
    "Text, länkar och bilder": {
        "broken-link": "Länken ”{target}” leder ingenstans. {hint}",
        "broken-anchor": "Länken ”{target}” leder till en plats som inte finns på sidan. {hint}",
        "bare-link": "Länken ”{target}” saknar {start}. Skriv {suggestion}.",
        "unsafe-link": "Länken ”{target}” är av ett slag som inte får användas. Använd https://, mailto: eller tel:.",
        "own-machine": "{value} går bara att öppna på din egen dator. Skriv en adress som alla kan öppna. Finns "
        "sidan på den här webbplatsen: skriv vägen till filen, till exempel ../trygghetsvandringar/lofte.md.",
        "link-without-words": "Länken till {target} har ingen text. Skriv vart den leder mellan hakparenteserna.",
        "dropped-tag": "<{tag}> får inte användas och skulle försvinna. Ta bort det, eller skriv &lt;{tag}&gt; om det "
        "ska synas i texten.",
        "absolute-link": "Länken ”{target}” börjar med {start}. Skriv vägen till .md-filen, till exempel "
        "../trygghetsvandringar/lofte.md.",
        "missing-image": "Bilden ”{target}” finns inte bredvid filen. {hint}",
        "image-elsewhere": "Bilden ”{target}” ska ligga i samma mapp som texten som visar den.",
        "list-in-text": "Det här ska nog vara en lista, men hamnar i löpande text. Sätt en tom rad före listan, och "
        "börja varje punkt med ett bindestreck och ett mellanslag.",
        "list-after-text": "Det här ska nog vara en lista, men hamnar i löpande text. Sätt en tom rad före listan.",
        "dialogue-in-text": "Raderna som börjar med tankstreck hamnar efter varandra i löpande text. Är de repliker: "
        "sätt en tom rad mellan dem. Är de punkter i en lista: skriv bindestreck i stället, och sätt en tom rad före "
        "den första.",
        "table-in-text": "Det här ska nog vara en tabell, men hamnar i löpande text. Skriv ett lodstreck | mellan "
        "cellerna, och en rad | --- | --- | under rubrikerna.",
        "table-after-text": "Det här ska nog vara en tabell, men hamnar i löpande text. Sätt en tom rad före tabellen.",
        "flat-list": "Punkten hör nog till den ovanför, men visas bredvid den eller inne i dess text. Börja raden med "
        "{room} mellanslag, eller med lika många som raden ovanför om den är en egen punkt.",
        "link-in-text": "Det här ska nog vara en {kind}, men hamnar i löpande text. Skriv: {mended}",
        "code-in-text": "Raden börjar med en tabb eller minst fyra mellanslag, så den visas som programkod: i en ram "
        "och med andra bokstäver. Ta bort det som står före första ordet.",
        "indented-list": "Listan börjar med en tabb eller minst fyra mellanslag, så den visas som programkod: i en ram "
        "och med andra bokstäver. Ta bort tabben eller mellanslagen som raden börjar med, och lika mycket på raderna "
        "under den.",
        "dropped-title": "Texten ”{text}” inom citattecken efter adressen visas inte. Skriv den i den löpande texten.",
        "dropped-cell": "Raden har fler celler än tabellen har rubriker, så det sista skulle försvinna. Lägg till en "
        "rubrik.",
        "dropped-line": "Raden ”{line}” säger vart en länk leder, men ingen länk i texten använder den, så den visas "
        "inte. Ta bort den, eller skriv om den så att den inte börjar med [ ].",
        "linked-image": "Länken leder till bilden ”{target}”, men bara bilder som visas i en text finns på "
        "webbplatsen. Visa den: ![Vad bilden visar]({target})",
        "lost-page": "Sidan får samma adress som {other}, så bara den ena skulle visas. Byt namn på den ena, eller "
        "ta bort den.",
        "missing-nav": "Menyn leder till ”{target}”, som inte finns bland sidorna i docs. {hint}",
        "loads-elsewhere": "Sidan hämtar ”{target}” från en annan webbplats, som då får veta vem som läser. Ta bort "
        "det, eller länka dit i stället.",
        "twin-images": "Två bilder heter likadant: ”{target}”. Tecken som å, ä och ö är sparade på olika sätt. Byt "
        "namn på den ena.",
        "image-type": "Bilden ”{target}” har fel format. Spara om den som JPEG, PNG, WebP eller GIF.",
        "bad-image": "Bilden ”{target}” går inte att läsa som bild. Spara om den som JPEG eller PNG.",
        "missing-alt": "Bilden ”{target}” saknar beskrivning. Skriv den mellan hakparenteserna: ![Vad bilden visar]"
        "({target})",
        "empty-alt": "”{alt}” säger inte vad bilden ”{target}” visar. Beskriv det mellan hakparenteserna, för den som "
        "inte ser bilden.",
        "moving-image": "Bilden ”{target}” rör sig, och den som läser kan inte stoppa den. Välj en stillbild.",
        "large-image": "Bilden ”{target}” är för stor: {found}. Spara en mindre, högst 15 MB och 80 miljoner "
        "bildpunkter.",
    },
    "Personuppgifter": {
        "personal-number": "{where} står något som ser ut som ett {kind}. Det börjar med {start}. Det får aldrig "
        "publiceras: ta bort det. Är det något annat, skriv texten under tillåt.",
        "possible-personal-number": "{where} står siffror som kan vara ett {kind}. De börjar med {start}. Ta bort dem, "
        "eller skriv dem under tillåt om de är något annat.",
        "mobile-number": "{where} står ett mobilnummer, {text}. Skriv hellre ett nummer till växeln. Ska det stå kvar, "
        'skriv tillåt: "{text}"',
        "private-email": "{where} står en e-postadress, {text}, som inte är parternas ({domains}). Ta bort den, eller "
        'skriv tillåt: "{text}"',
        "described-person": "{where} står ålder, kön och plats tillsammans, ”{text}”. Då kan någon bli igenkänd. Ta "
        'bort något av dem, eller skriv tillåt: "{text}"',
        "image-position": "Bilden talar om var den är tagen (GPS). Det tas bort på webbplatsen men ligger kvar i "
        "originalet, som alla som ser innehållets filer kan läsa. Spara om bilden utan plats, eller skriv tillåt: "
        '"{name}"',
    },
    "Det som redan är publicerat": {
        "gone-period": "Perioden ”{value}” är publicerad och får inte tas bort eller byta namn: då leder länkarna dit "
        "fel. Lägg tillbaka mappen, i terminalen med: {command}",
        "gone-id": "{what} ”{value}” finns i det som är publicerat. Ett publicerat id får varken tas bort eller "
        "bytas. {hint}",
        "other-name": "{what} ”{value}” heter ”{was}” i det som är publicerat. Ett id ska alltid betyda samma sak. "
        "Är det något annat: skriv tillbaka namnet, och lägg till det nya med ett eget id. Har det bara bytt namn: "
        "låt det gamla stå kvar inom parentes, till exempel ”Det nya namnet (tidigare {was})”.",
        "renamed-id": "Aktiviteten är publicerad med id ”{was}”, som aldrig ändras. Byt tillbaka ”{value}” till "
        "”{was}”.",
        "renamed-folder": "Mappen är publicerad som {name}. Namnet är en del av adressen och får inte ändras. {way}",
        "gone-pledge": "Löftet ”{value}” är publicerat. Det får inte tas bort, och mappen får inte byta namn: då "
        "leder länkarna dit fel. Lägg tillbaka mappen, i terminalen med: {command}",
        "silent-before": "Löftet är nytt, men redovisas_varje räknas från dokumentets datum, {day}, så sidan säger "
        "genast att ingen uppdatering kom: {value}. Kom löftet till senare: ta bort raden, och skriv i planen när det "
        "ska redovisas, med redovisas: true och tillagd: {today}.",
        "changed-wording": "Löftets ordalydelse är undertecknad och publicerad, men {change}. Lägg tillbaka den gamla "
        "texten. Förklara gärna i sammanfattning, eller i en uppdatering.",
        "changed-promise": "”{key}” är publicerat som ”{value}” och hör till det som har lovats. Skriv tillbaka det. "
        "Har parterna bestämt något annat: berätta det i en uppdatering.",
        "changed-source": "Måttet ”{name}” har publicerade värden, och källan till dem står som ”{was}”. Läsaren får "
        "nu veta att de kommer från ”{now}”. Kommer bara nya värden därifrån: skriv tillbaka källan, och lägg till ett "
        "nytt mått med ett eget id. Har källan bara bytt namn: låt det gamla stå kvar inom parentes, till exempel "
        "”{now} (tidigare {was})”.",
        "changed-answerable": "”{key}” är publicerat som ”{value}” för ”{id}”, som redan har varit. Skriv tillbaka "
        "det. Gäller något annat från och med nu: ställ in det som återstår, under ändringar, och lägg till en ny "
        "aktivitet med tillagd.",
        "gone-report": "Aktiviteten ”{id}” är publicerad med redovisas: true, så läsaren väntar på en uppdatering. "
        "Skriv tillbaka det. Blir den inte av: ställ in den under ändringar, med skälet.",
        "gone-update": "Uppdateringen är publicerad och får inte bara försvinna. Lägg tillbaka filen, i terminalen "
        "med: {command} – och borde den inte ha publicerats, dra sedan tillbaka den: foljmed withdraw {ref}",
        "renamed-update": "Uppdateringen är publicerad som {name}. Filens namn är dess adress och får inte ändras. "
        "{way}",
        "unpublished": "Uppdateringen är redan publicerad och kan inte bli utkast igen. Ta bort raden utkast.",
        "unwithdrawn": "Det är redan publicerat att uppdateringen är tillbakadragen. Lägg tillbaka tillbakadraget, "
        "och skriv en ny uppdatering i stället.",
        "changed-withdrawal": "Det är publicerat att uppdateringen drogs tillbaka {day}. Skriv tillbaka det datumet.",
        "gone-from-withdrawn": "Raden {key}: {value} har tagits bort. Den ska stå kvar också när uppdateringen är "
        "tillbakadragen: den säger vad beskedet om det gäller. Skriv tillbaka den.",
        "gone-mending": "En ändring som var antecknad under rättat är borta. Lägg tillbaka den.",
        "mended-later": "Ändringen är antecknad den {day}, som inte har varit än, men texten syns genast. "
        "Skriv dagens datum: {today}",
        "changed-facts": "Det här har ändrats i en publicerad uppdatering: {keys}. Läsaren ska få veta det. Skriv en "
        "rättelse i stället: foljmed new correction {ref}. Eller anteckna ändringen under rättat, med datum {today} "
        "och vad.",
        "changed-text": "{change} i en publicerad uppdatering. När en siffra, ett räkneord, en dag, ett ord som ”inte” "
        "eller mer än {most} tecken ändras ska läsaren få veta det. Anteckna ändringen under rättat, med datum {today} "
        "och vad. Var uppgiften fel: skriv tillbaka det som stod, och rätta med foljmed new correction {ref}",
        "gone-plan": "Kommunikationsplanen är publicerad och får inte tas bort. Lägg tillbaka filen, i terminalen med: "
        "{command}",
        "gone-activity": "Aktiviteten ”{value}” står i den publicerade planen. Lägg tillbaka den, och ställ in den med "
        "ändringar om den inte blir av.",
        "dropped-occurrence": "Det här står i den publicerade planen för ”{id}” och får inte tas bort: {value}. "
        "{instead}",
        "added-occurrence": "Det här fanns inte i den publicerade planen för ”{id}” och har redan varit: {value}. Ta "
        "bort det ur när, och berätta i en uppdatering vad som hände.",
        "late-decision": "Beslutet om ”{id}” är nytt, men tillfället, {value}, var för mer än en vecka sedan. Det som "
        "stod om det i planen ska stå kvar. Ta bort beslutet, och berätta i en uppdatering utan uppfyller vad som "
        "hände.",
        "changed-clock": "I den publicerade planen står {value} för ”{id}”. {instead}",
        "changed-ongoing": "Aktiviteten ”{id}” är publicerad som löpande. Låt när vara löpande, och lägg till det som "
        "har en tid som en ny aktivitet med tillagd.",
        "added-missing": "Aktiviteten ”{value}” fanns inte i den publicerade planen. Lägg till raden: tillagd: {today}",
        "added-decided": "Tillfället {value} är nytt, men ett äldre beslut om hela ”{id}” flyttar det eller ställer in "
        "det. Ta bort tillfället, och lägg till en ny aktivitet med tillagd.",
        "changed-added": "Aktiviteten ”{id}” är publicerad med tillagd: {day}. Skriv tillbaka det.",
        "hidden-again": "{what} är redan publicerad, men syns nu inte förrän {day}. Skriv tillbaka det datum som stod.",
        "gone-decision": "En ändring av ”{id}” som är publicerad är borta eller omskriven. Lägg tillbaka den. Ett "
        "nytt beslut skrivs som en ny ändring.",
        "changed-event": "I den publicerade planen står {key}: {was} för ”{id}”. Den som redan har hämtat kalendern "
        "får inte veta att det är ändrat. Skriv tillbaka det som stod, och skriv beslutet under ändringar: - "
        "{{beslutad: {today}, {change}}}",
        "old-day": "Uppdateringen är ny, men dagen i namnet är {day}. Den ska vara den dag då uppdateringen "
        "publiceras: annars hamnar den bland det gamla, och den som prenumererar ser den kanske aldrig. När det hände "
        "skrivs med hände.",
        "changed-authority": "id_authority får aldrig ändras: då skickas allt till prenumeranterna en gång till. Skriv "
        "tillbaka {was}.",
        "unreadable-then": "Så som filen ser ut i {revision} går den inte att läsa, så den jämförs inte.",
        "no-git": "Jämförelsen behöver programmet git, som inte finns här. Installera det, eller kör utan --since.",
        "no-repository": "Mappen hör inte till något git-förråd, så det finns inget publicerat att jämföra med. Kör "
        "utan --since.",
        "nothing-published": "I ”{value}” finns inget innehåll för den här webbplatsen, så inget har jämförts.",
        "git-refuses": "Git kan inte läsa det som är publicerat. Det säger: {found}",
        "shallow-repository": "”{value}” är inte hämtad hit: bara det senaste finns. Hämta hela historiken med git "
        "fetch --unshallow, eller i GitHub med fetch-depth: 0 och i GitLab med GIT_DEPTH: 0.",
        "newer-elsewhere": "I ”{value}” finns nyare ändringar som inte finns här, så inget har jämförts. Hämta dem "
        "först: git pull. På en egen gren: git merge {value}",
        "unknown-revision": "Git känner inte till ”{value}”. Skriv en gren eller ett versionsnummer, till exempel "
        "origin/main. Är den hämtad hit med git fetch?",
    },
    "Kommandona": {
        "no-period": "Det finns ingen period än. Skapa en med kommandot: foljmed new period",
        "not-readable": "{path} går inte att läsa. Kör foljmed check och rätta det som är fel.",
        "pledge-as-command": "Kommandot ”{value}” finns inte. Är det ett löfte: foljmed new --pledge {value}",
        "not-a-choice": "”{value}” går inte att välja. Välj bland {choices}.",
        "unknown-period": "Perioden ”{value}” finns inte. {hint}",
        "unknown-pledge": "Löftet ”{value}” finns inte i perioden {period}. {hint}",
        "unknown-update": "Uppdateringen ”{value}” finns inte. {hint} Skriv löftets mapp och filens namn utan .md, "
        "till exempel trygghetsvandringar/2021-04-15-vandring-i-centrum.",
        "in-several-periods": "”{value}” finns i flera perioder. Menade du {choices}?",
        "not-an-update": "”{value}” är ingen uppdatering. Bara uppdateringar rättas eller dras tillbaka med kommandot. "
        "Har något annat bestämts än det som står där: berätta det i en uppdatering.",
        "file-exists": "Filen finns redan. Välj andra ord till filnamnet med --slug, eller ändra i filen.",
        "folder-exists": "Mappen {value} finns redan. Välj ett annat namn.",
        "nothing-to-correct": "Perioden {period} har inga publicerade uppdateringar att rätta.",
        "cannot-write": "Det gick inte att läsa eller spara {path}. Datorn säger: {reason}",
        "nothing-written": "Ingenting har sparats. Rätta det som står ovan och försök igen.",
        "not-both": "{first} och {second} går inte att använda tillsammans. Välj det ena.",
        "bad-value": "”{value}” går inte att läsa. Skriv måttets id, ett likhetstecken och talet, till exempel "
        "deltagare=12.",
        "bad-answer": "”{value}” finns inte i listan. Svara med ett nummer från 1 till {most}. {hint}",
        "empty-answer": "Här behövs ett svar.",
        "no-answer": "Frågan ”{value}” fick inget svar, så ingenting har sparats. Svara på den, eller ange {option}.",
        "already-withdrawn": "{value} är redan tillbakadragen, sedan {since}.",
        "not-yet-published": "{value} är inte publicerad än. Ta bort eller ändra filen i stället: {path}",
    },
    "Webbplatsens inställningar": {
        "no-config": "Ingen mkdocs.yml hittades här eller i någon mapp ovanför. Gå till projektets mapp.",
        "mkdocs-refuses": "MkDocs kan inte använda inställningarna. Varför står i fönstret där förhandsvisningen körs.",
        "setting": "extra.foljmed.{key}: {reason}",
        "site-over-content": "Webbplatsen skulle byggas i ”{value}”, där innehållet ligger, och allt där skulle tas "
        "bort. Välj en annan mapp för site_dir, eller ta bort raden.",
        "not-installed": "”{value}” under ”{key}” är inte installerat. {hint} Finns det i ett eget paket: lägg till "
        "paketet under dependencies i pyproject.toml, och kör make lock.",
        "two-names": "”{value}” står bredvid ”{first}” i samma del av ”{key}”. Är det en inställning för ”{first}”: "
        "sätt två mellanslag till före raden. Är det ett eget namn: sätt ett bindestreck före.",
        "not-in-time": "”{value}” ligger inte mellan åren {first} och {last}.",
    },
}
MESSAGES: Final = MappingProxyType({code: text for group in GROUPS.values() for code, text in group.items()})

# What may be in order: it is told, but does not stop a build.
WARNINGS: Final = frozenset(
    {
        "possible-personal-number",
        "mobile-number",
        "private-email",
        "described-person",
        "image-position",
        "unreadable-then",
        "changed-event",
        "old-happened",
        "corrects-withdrawn",
        "silent-before",
        "changed-source",
        "far-ahead",
        "list-in-text",
        "list-after-text",
        "dialogue-in-text",
        "table-in-text",
        "table-after-text",
        "flat-list",
        "empty-alt",
        "link-in-text",
        "code-in-text",
        "indented-list",
        "nothing-published",
    }
)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, and what is right instead. Sorts by file and line.

    ``path`` is relative to the project's root, with ``/``; ``line`` counts from 1. An error stops the build, a warning
    does not. ``about`` are the ids, or the paths, of what is missed there: where something else tells why they are
    gone, this one need not be told.
    """

    path: str
    line: int
    message: str
    code: str = ""
    severity: Literal["error", "warning"] = "error"
    about: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @property
    def is_error(self) -> bool:
        """Whether nothing may be published with this."""
        return self.severity == "error"

    def __str__(self) -> str:
        """Return the problem as compilers write it, which editors and CI make clickable: always one line."""
        line = f"{self.path}:{self.line}: {'' if self.is_error else 'Varning: '}{self.message}"
        return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", line)


# A file's name may hold what a terminal obeys, or begin a line that a git host's log takes for a command.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Fault(ValueError):  # noqa: N818 - a ValueError so that pydantic collects it with the field's place
    """Something wrong with one value, before anyone knows in which file it stands."""

    def __init__(self, code: str, **details: object) -> None:
        """Say ``MESSAGES[code]``, its placeholders filled from ``details``; a list ``about`` is as in ``Problem``."""
        super().__init__(code)
        self.code = code
        self.details = details

    def at(self, path: str, line: int) -> Problem:
        """Return the problem that this is at a place."""
        details = {key: _brief(value) if key in _QUOTED else value for key, value in self.details.items()}
        message = " ".join(MESSAGES[self.code].format(**details).split())
        severity: Literal["error", "warning"] = "warning" if self.code in WARNINGS else "error"
        names = self.details.get("about")
        about = frozenset(filter(None, map(str, names))) if isinstance(names, list) else frozenset()
        return Problem(path, line, message, self.code, severity, about)


def refused(error: OSError) -> Fault:
    """Return what is wrong when the system will not read or write: a full disk, or a file that is somebody else's."""
    # A file is written beside its place, under a name of its own, and moved there when it is whole.
    path = re.sub(r"(^|/)\.([^/]+)\.new$", r"\1\2", str(error.filename2 or error.filename or "en fil"))
    return Fault("cannot-write", path=path, reason=error.strerror or error)


# What a message only quotes may be as long as a page.
_QUOTED: Final = ("value", "found", "target", "key")


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


class InvalidContent(Exception):  # noqa: N818 - reads as what it is
    """The content can't be published. Carries every problem of every file, sorted, and the warnings among them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems without repeats, in the order of files and lines."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that helps somebody who wrote ``word`` where one of ``known`` was meant."""
    choices = list(known)
    return did_you_mean(word, choices) or there_is(choices)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the one of ``known`` that was meant by ``word``; empty where none is near."""
    near = nearest(word, known)
    return f"Menade du ”{near}”?" if near else ""


def there_is(choices: Sequence[str]) -> str:
    """Return a sentence that names what there is to choose from."""
    return f"Det här finns: {first_of(choices, _MOST_CHOICES)}." if choices else "Det finns inga än."


def first_of(names: Sequence[str], most: int) -> str:
    """Return the first of some names, at most so many, and how many more there are."""
    more = f" och {len(names) - most} till" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of ``known`` that somebody who wrote ``word`` meant; empty where none is near."""
    folded = {fold(choice): choice for choice in reversed(list(known))}
    for near in difflib.get_close_matches(fold(word), folded, cutoff=0.75):
        if near[0] == fold(word)[0]:  # a slip of the pen is seldom in the first letter
            return folded[near]
    return ""


def fold(word: str) -> str:
    """Return a word without what people leave out or add when they misspell it: capitals, dots over letters."""
    return word.lower().translate(str.maketrans("åäáàéèëíìöøóòüúñ", "aaaaeeeiioooouun"))
