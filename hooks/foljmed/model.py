"""The content format: what each key of each kind of file may hold.

Attributes are English, keys Swedish; the aliases are the dictionary between them. Every value arrives as the text
that was written (``source``) and becomes what it means here. What needs more than one file is checked in ``checks``.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from foljmed.problems import Fault, fold, suggest
from foljmed.spans import Span, meant_when, parse_when
from foljmed.values import (
    ActivityKind,
    Day,
    Every,
    Flag,
    Id,
    Kind,
    Line,
    Many,
    MeasureKind,
    Number,
    Per,
    Ref,
    Some,
    SpanValue,
    Status,
    Text,
    Url,
    WhenValue,
    Whole,
    found,
)


class Content(BaseModel):
    """What every part of the format shares: nothing unknown, nothing changed afterwards.

    What validates it is built for the first file of its kind: most classes are only ever a part of another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ContentFile(Content):
    """What every file may carry."""

    allowed: Many[Line] = Field(
        (),
        alias="tillåt",
        description="Det som får stå kvar fast det kan se ut som en personuppgift, skrivet precis som i texten.",
        examples=[["KS 2026-00512"]],
    )


class Party(Content):
    """A party that signed. ``short`` stands in running text and on labels."""

    name: Line = Field(alias="namn", description="Hela namnet.", examples=["Exempelby kommun"])
    short: Line = Field(alias="kort", description="Namnet i löpande text.", examples=["kommunen"])
    url: Url = Field(alias="url", description="Partens webbplats.", examples=["https://www.exempelby.example/"])


class Goal(Content):
    """What an area's pledges are for."""

    id: Id = Field(description="Målets id. Det ändras aldrig.", examples=["fler-ute"])
    title: Line = Field(
        alias="titel", description="Målet, ur dokumentet.", examples=["Fler ska vilja vara ute på kvällen"]
    )


class Area(Content):
    """A part of the document, with its situation and its goals."""

    id: Id = Field(description="Områdets id. Det blir en del av adresser och ändras aldrig.", examples=["centrum"])
    title: Line = Field(alias="titel", description="Områdets rubrik i dokumentet.", examples=["Tryggare centrum"])
    situation: Text | None = Field(
        None,
        alias="lägesbild",
        description="Hur det ser ut, enligt dokumentet.",
        examples=["Många känner sig otrygga vid stationen på kvällarna."],
    )
    goals: tuple[Goal, ...] = Field((), alias="mål", description="Områdets mål, i dokumentets ordning.")


class Reference(Content):
    """A source: a title, and where and when it was published if that is known."""

    title: Line = Field(alias="titel", description="Vad källan heter.", examples=["Trygghetsmätningen 2026"])
    url: Url | None = Field(None, description="Var källan finns.", examples=["https://www.exempelby.example/trygghet"])
    date: Day | None = Field(
        None, alias="datum", description="Dagen då källan publicerades eller undertecknades.", examples=["2026-04-02"]
    )


def _titled(value: object) -> object:
    """Let a source be no more than its title."""
    return {"titel": value} if isinstance(value, str) else value


Titled = Annotated[Reference | None, BeforeValidator(_titled)]


class Signature(Content):
    """Who signed the document for a party."""

    party: Ref = Field(alias="part", description="Partens id.", examples=["kommunen"])
    date: Day = Field(alias="datum", description="Dagen för underskriften.", examples=["2026-01-20"])
    place: Line = Field(alias="ort", description="Var dokumentet skrevs under.", examples=["Exempelby"])
    name: Line = Field(alias="namn", description="Den som skrev under, i sin tjänst.", examples=["Ylva Exempelgren"])
    role: Line = Field(alias="roll", description="Tjänst eller uppdrag.", examples=["kommunstyrelsens ordförande"])


class Afterwards(Content):
    """What came after the period."""

    text: Text = Field(
        description="Vad som gäller sedan perioden tog slut.",
        examples=["Nya löften gäller från och med den 1 februari 2028."],
    )
    url: Url | None = Field(
        None, description="Var man läser mer.", examples=["https://www.exempelby.example/medborgarloften-2028"]
    )


class PeriodFile(ContentFile):
    """``period.md``."""

    title: Line = Field(
        alias="titel", description="Dokumentets namn.", examples=["Medborgarlöften i Exempelby 2026–2027"]
    )
    first: Day = Field(alias="börjar", description="Periodens första dag.", examples=["2026-02-01"])
    last: Day = Field(
        alias="slutar",
        description="Periodens sista dag. Två perioder får inte överlappa varandra.",
        examples=["2027-12-31"],
    )
    parties: dict[Id, Party] = Field(
        alias="parter",
        min_length=1,
        description="De som har lovat. Varje part har ett id, som används överallt där parten nämns.",
        examples=[
            {"kommunen": {"namn": "Exempelby kommun", "kort": "kommunen", "url": "https://www.exempelby.example/"}}
        ],
    )
    places: dict[Id, Line] = Field(
        alias="platser",
        min_length=1,
        description="Platser som uppgifter kan gälla: ett id och ett namn. Den första är platsen själv, de andra är "
        "större områden.",
        examples=[{"exempelby": "Exempelby", "riket": "hela landet"}],
    )
    areas: Some[Area] = Field(alias="områden", description="Dokumentets delar.")
    document: Reference | None = Field(
        None,
        alias="källa",
        description="Det undertecknade dokumentet. Perioden visas från och med dokumentets datum.",
    )
    signatures: tuple[Signature, ...] = Field((), alias="underskrifter", description="De som har undertecknat.")
    afterwards: Afterwards | None = Field(
        None,
        alias="efteråt",
        description="Vad som kom efter perioden. Visas på alla periodens sidor när den är slut.",
    )


class Measure(Content):
    """Something that is counted or gauged for a pledge."""

    id: Id = Field(description="Måttets id, som skrivs i uppdateringarnas värden.", examples=["vandringar"])
    name: Line = Field(
        alias="namn", description="Vad som räknas eller mäts.", examples=["Genomförda trygghetsvandringar"]
    )
    unit: Line = Field(alias="enhet", description="Det som står efter talet.", examples=["vandringar", "procent"])
    kind: MeasureKind = Field(
        alias="typ",
        description="Ett antal läggs ihop från uppdatering till uppdatering. En nivå ersätter den förra.",
        examples=["antal"],
    )
    target: Number | None = Field(
        None,
        alias="målvärde",
        description="Det tal som löftet anger. Bara för typen antal, och bara om det står i dokumentet.",
        examples=[10],
    )
    per: Per | None = Field(None, description="Den tid som ett värde gäller.", examples=["år"])
    place: Ref | None = Field(
        None,
        alias="gäller",
        description="Id för en plats ur periodens platser, om det inte är den första.",
        examples=["riket"],
    )
    source: Titled = Field(
        None, alias="källa", description="Var siffrorna kommer ifrån.", examples=["Egen uppgift: kommunen"]
    )

    @property
    def adds_up_over_period(self) -> bool:
        """Whether all its values are one sum, and not one for each month, quarter or year."""
        return self.kind is MeasureKind.COUNT and not (self.per and self.per.unit)


class PledgeFile(ContentFile):
    """``lofte.md``."""

    number: Whole = Field(
        alias="nummer",
        description="Löftets plats i dokumentet. Styr ordningen men visas inte.",
        examples=[3],
    )
    title: Line = Field(alias="titel", description="Löftet i några ord.", examples=["Trygghetsvandringar"])
    goal: Ref = Field(
        alias="mål",
        description="Id för det mål som löftet hör till, eller för området om det inte har några mål.",
        examples=["fler-ute"],
    )
    responsible: Some[Ref] = Field(
        alias="ansvariga", description="Parternas id, i dokumentets ordning.", examples=[["kommunen", "polisen"]]
    )
    leads: Ref | None = Field(
        None,
        alias="leder",
        description="Id för den part som leder arbetet. Bara om dokumentet säger det.",
        examples=["kommunen"],
    )
    summary: Line = Field(
        alias="sammanfattning",
        description="En eller två meningar på vanlig svenska. Visas överallt där löftet nämns.",
        examples=["Kommunen och polisen går runt med invånare och letar efter det som gör en plats otrygg."],
    )
    easy: Text | None = Field(
        None,
        alias="lättläst",
        description="Samma sak på lättläst svenska: korta meningar, en på varje rad.",
        examples=["Vi går ut tillsammans."],
    )
    reported_every: Every | None = Field(
        None,
        alias="redovisas_varje",
        description="Hur ofta parterna har sagt att de ska berätta hur det går. Utelämnas om ingen har sagt något.",
        examples=["halvår"],
    )
    measures: tuple[Measure, ...] = Field((), alias="mått", description="Det som räknas eller mäts.")
    criteria: Many[Line] = Field(
        (),
        alias="kriterier",
        description="Det som ska vara uppfyllt för att löftet ska räknas som hållet.",
        examples=[["Alla förslag har fått ett svar."]],
    )
    continues: Ref | None = Field(
        None,
        alias="fortsätter",
        description="Det löfte i en tidigare period som det här fortsätter: periodens mapp, snedstreck, löftets mapp.",
        examples=["2024-2025/trygghetsvandringar"],
    )


class Mending(Content):
    """A small fault mended in place."""

    date: Day = Field(alias="datum", description="Dagen då felet rättades.", examples=["2026-05-16"])
    what: Line = Field(alias="vad", description="Vad som stod fel.", examples=["Namnet på gatan var felstavat."])


class Withdrawal(Content):
    """That an update was withdrawn, and why."""

    date: Day = Field(alias="datum", description="Dagen då uppdateringen drogs tillbaka.", examples=["2026-05-20"])
    reason: Line = Field(
        alias="skäl",
        description="Varför. Upprepa inte det som inte skulle ha stått där.",
        examples=["Uppdateringen gällde ett annat löfte."],
    )


class UpdateFile(ContentFile):
    """``YYYY-MM-DD-slug.md``."""

    title: Line | None = Field(
        alias="titel",
        description="En rubrik som går att förstå utan resten av sidan. Tas bort om uppdateringen dras tillbaka.",
        examples=["Trygghetsvandring i Norrängen"],
    )
    by: Some[Ref] = Field(
        alias="av", description="Id för den part eller de parter som berättar.", examples=[["kommunen", "polisen"]]
    )
    kind: Kind = Field(
        alias="typ",
        description="Vad det är för slags uppdatering. Ett resultat behöver källor. Bara information får handla om "
        "framtiden.",
        examples=["aktivitet"],
    )
    happened: SpanValue | None = Field(
        None,
        alias="hände",
        description="När det hände, om det inte var samma dag som filens namn säger.",
        examples=["2026-05-12"],
    )
    status: Status | None = Field(
        None,
        description="Löftets status från och med nu. Anges när den ändras eller behöver bekräftas.",
        examples=["pågår"],
    )
    reason: Line | None = Field(
        None,
        alias="skäl",
        description="Varför löftet har fått sin status, eller med delvis genomfört vad som återstår. Krävs med pausat, "
        "delvis genomfört och inte genomfört.",
        examples=["Två av tre tjänster är vakanta. Vandringarna börjar igen i september."],
    )
    place: Ref | None = Field(
        None,
        alias="gäller",
        description="Id för den plats som uppgiften gäller, om det är en annan än den första av periodens platser.",
        examples=["riket"],
    )
    values: dict[Ref, Number] = Field(
        {},
        alias="värden",
        description="Siffror till löftets mått: måttets id och ett tal.",
        examples=[{"vandringar": 1, "trygga": "61,5"}],
    )
    sources: tuple[Reference, ...] = Field(
        (), alias="källor", description="Var uppgiften kommer ifrån. Krävs när typ är resultat."
    )
    fulfils: Many[Ref] = Field(
        (),
        alias="uppfyller",
        description="Det i kommunikationsplanen som uppdateringen redovisar: aktivitetens id, @ och tillfället. Har "
        "aktiviteten bara ett tillfälle räcker id.",
        examples=["trygghetsvandring@2026-05-12"],
    )
    also: Many[Ref] = Field(
        (),
        alias="även",
        description="Mapparna för andra löften i perioden som uppdateringen också handlar om.",
        examples=["battre-belysning"],
    )
    corrects: Ref | None = Field(
        None,
        alias="rättar",
        description="Namnet på den tidigare uppdatering som den här rättar, utan .md.",
        examples=["2026-05-14-vandring-i-norrangen"],
    )
    mended: tuple[Mending, ...] = Field(
        (), alias="rättat", description="Små fel som har rättats direkt i filen sedan den publicerades."
    )
    withdrawn: Withdrawal | None = Field(
        None,
        alias="tillbakadraget",
        description="Uppdateringen är tillbakadragen. Titeln och texten tas bort ur filen.",
    )
    draft: Flag = Field(
        False,  # noqa: FBT003 - pydantic's default comes first
        alias="utkast",
        description="Om uppdateringen bara ska synas i förhandsvisningen.",
        examples=[True],
    )

    @model_validator(mode="before")
    @classmethod
    def _withdrawn_without_title(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Let only what is withdrawn go without a title."""
        return {"titel": None, **values} if "tillbakadraget" in values else values


class Recurrence(Content):
    """Once in each whole month, quarter, half-year or year between two times."""

    every: Every = Field(
        alias="varje",
        description="Hur ofta: ett tillfälle i varje hel månad, eller vad som har valts.",
        examples=["månad"],
    )
    start: SpanValue = Field(alias="från", description="När det börjar.", examples=["2026-03"])
    until: SpanValue = Field(alias="till", description="När det slutar.", examples=["2027-12"])


def _why(text: str) -> str:
    if text.lower() in ("true", "false", "ja", "nej"):
        raise Fault("bare-cancellation", value=text)
    return text


Why = Annotated[Line, AfterValidator(_why)]


class Change(Content):
    """A decision about an occurrence, or about all of an activity's."""

    occurrence: Ref | None = Field(
        None,
        alias="tillfälle",
        description="Vilket tillfälle beslutet gäller, som tiden skrevs först och utan klockslag. Utan nyckeln gäller "
        "det alla som återstår.",
        examples=["2026-09-15"],
    )
    decided: Day = Field(alias="beslutad", description="Dagen för beslutet.", examples=["2026-09-01"])
    moved_to: WhenValue | None = Field(
        None, alias="flyttad_till", description="Den nya tiden.", examples=["2026-09-22 18:00-20:00"]
    )
    cancelled: Why | None = Field(
        None, alias="inställd", description="Skälet till att det ställs in.", examples=["Snöoväder."]
    )
    place: Line | None = Field(None, alias="plats", description="En ny plats.", examples=["Stora torget"])
    title: Line | None = Field(
        None, alias="titel", description="En ny titel.", examples=["Trygghetsvandring med skolan"]
    )
    note: Line | None = Field(
        None, alias="not", description="En kommentar till läsaren.", examples=["Biblioteket är bokat den 15 september."]
    )


ONGOING: Literal["löpande"] = "löpande"
When = Literal["löpande"] | Recurrence | tuple[Span, ...]
# "varje månad", "varannan vecka", "månadsvis", "årligen", "två gånger per år"
_RECURRENT = re.compile(r"\bvar(je|annan|tannat|t)?\b|\w(vis|ligen)\b|\bper\b|\bgång", re.IGNORECASE)
# Never within an interval: "2021-04-06 till och med 2021-04-09".
_BETWEEN_TIMES = re.compile(
    r"[,;]\s*(?=[^,;]*\d{4})|(?<!till)(?<!\s)\s+(?:och|samt|&|\+)\s+(?=.*\d{4})|(?<=\d)\s+(?=\d{4}-\d\d-\d\d)"
)
_TIMES = TypeAdapter(tuple[WhenValue, ...])


def _when(value: object) -> object:
    if isinstance(value, Mapping):
        return Recurrence.model_validate(value)
    if isinstance(value, list) and value:
        return _TIMES.validate_python(value)
    if not isinstance(value, str):
        raise Fault("bad-when", found=found(value))
    if fold(value) == fold(ONGOING) and value != ONGOING:
        raise Fault("bad-choice", value=value, key="när", hint=suggest(value, [ONGOING]))
    if _RECURRENT.search(value):
        every = next((every for every in Every if every in value.lower()), Every.MONTH)
        raise Fault("recurrence-in-words", value=value, every=every)
    several = _BETWEEN_TIMES.split(value)
    if len(several) > 1 and re.search(r"\d{4}", several[0]):
        raise Fault("several-times", value=value, mended=", ".join(map(meant_when, several)))
    return value if value == ONGOING else (parse_when(value),)


Times = Annotated[When, BeforeValidator(_when)]


class Activity(Content):
    """One row of the communication plan."""

    id: Id = Field(
        description="Ett kort namn som aldrig ändras. Uppdateringar och kalendrar känner igen aktiviteten på det.",
        examples=["trygghetsvandring"],
    )
    title: Line = Field(alias="titel", description="Vad aktiviteten heter.", examples=["Trygghetsvandring"])
    responsible: Some[Ref] = Field(alias="ansvariga", description="Parternas id.", examples=[["kommunen", "polisen"]])
    kind: ActivityKind = Field(alias="typ", description="Vad det är för slags aktivitet.", examples=["möte"])
    when: Times = Field(
        alias="när",
        description="När det ska ske: en tid, flera tider som en lista, något som återkommer (varje, från och till) "
        "eller löpande. Ändras aldrig efteråt; beslut skrivs i ändringar.",
        examples=["2026-10-10 10:00-12:00", {"varje": "månad", "från": "2026-03", "till": "2027-12"}, "löpande"],
    )
    reported: Flag = Field(
        False,  # noqa: FBT003 - pydantic's default comes first
        alias="redovisas",
        description="Om parterna har lovat en uppdatering efteråt.",
        examples=[True],
    )
    message: Text | None = Field(
        None, alias="budskap", description="Det viktigaste att säga.", examples=["Kom och visa oss var det är mörkt."]
    )
    audiences: Many[Line] = Field(
        (),
        alias="målgrupper",
        description="De som aktiviteten vänder sig till.",
        examples=[["alla som bor i Exempelby", "skolor"]],
    )
    channels: Many[Line] = Field(
        (), alias="kanaler", description="Hur ni når dem.", examples=[["webbplatsen", "affischer"]]
    )
    pledges: Many[Ref] = Field(
        (),
        alias="löften",
        description="Mapparna för de löften som aktiviteten hör till.",
        examples=["trygghetsvandringar"],
    )
    place: Line | None = Field(None, alias="plats", description="Var det är.", examples=["Biblioteket"])
    open: Flag = Field(
        False,  # noqa: FBT003 - pydantic's default comes first
        alias="öppen",
        description="Om vem som helst får komma.",
        examples=[True],
    )
    added: Day | None = Field(
        None,
        alias="tillagd",
        description="Dagen då aktiviteten kom med, om det var efter att planen antogs.",
        examples=["2026-06-18"],
    )
    changes: tuple[Change, ...] = Field(
        (),
        alias="ändringar",
        description="Beslut om att flytta, ställa in eller ändra. Det senaste gäller.",
        examples=[[{"tillfälle": "2026-09-15", "beslutad": "2026-09-01", "flyttad_till": "2026-09-22"}]],
    )


class PlanFile(ContentFile):
    """``kommunikationsplan.yml``."""

    title: Line = Field(alias="titel", description="Planens namn.", examples=["Kommunikationsplan 2026–2027"])
    adopted: Day | None = Field(
        None,
        alias="antagen",
        description="Dagen då planen antogs. Utan nyckeln gäller datumet för periodens källa.",
        examples=["2026-01-28"],
    )
    purpose: Text | None = Field(
        None,
        alias="syfte",
        description="Vad planen ska leda till.",
        examples=["Den som bor i Exempelby ska veta vad som är lovat och hur det går."],
    )
    message: Text | None = Field(
        None,
        alias="budskap",
        description="Det viktigaste som planen vill säga.",
        examples=["Vi gör det vi har lovat, och när vi inte gör det säger vi till."],
    )
    waiting_days: Whole = Field(
        14,
        alias="vänta_dagar",
        description="Så många dagar efter ett tillfälle som uppdateringen får dröja innan det står att den saknas. "
        "Utan nyckeln är det 14.",
        examples=[14],
    )
    activities: tuple[Activity, ...] = Field((), alias="aktiviteter", description="Det som är planerat.")
