### Deutsch.

## Auf jeder Seite
skip = Zum Inhalt springen
nav-main = Hauptnavigation
nav-account = Abschnitte dieser Seite
nav-admin = Verwaltung
sign-in = Anmelden
sign-out = Abmelden
account = Konto
playground = Spielwiese
admin = Verwaltung
language = Sprache
scheme = Farbschema
scheme-auto = Wie auf diesem Gerät
scheme-light = Hell
scheme-dark = Dunkel
save = Speichern
cancel = Abbrechen
request = Anfrage
pages = Seiten dieser Liste
first-page = Zurück zu den neuesten
next-page = Ältere Einträge
none = keine Angabe
copy = Kopieren
copied = Kopiert
copy-failed = Kopieren nicht möglich. Bitte markieren Sie den Text.
usd-approx = ca. { $amount }
of = { $part } von { $whole }
go-home = Zur Startseite
try-again = Erneut versuchen
find = Suchen
name = Name
email = E-Mail-Adresse
when = Zeitpunkt
created = Erstellt
tokens = Tokens
tokens-count = { $count ->
    [one] { $count } Token
   *[other] { $count } Tokens
}
tokens-input = Eingabetokens
tokens-output = Ausgabetokens
requests = Anfragen
requests-count = { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}

## Was soeben geschehen ist
notice-preferences-saved = Ihre Einstellungen sind gespeichert.
notice-session-revoked = Das Gerät ist abgemeldet. Dort kann es bis zu 30 Sekunden dauern.
notice-others-revoked = Alle anderen Geräte sind abgemeldet.
notice-key-revoked = Der API-Schlüssel ist widerrufen.
notice-tenant-created = Der Mandant ist angelegt.
notice-domain-put = Die Domain ist hinzugefügt.
notice-granted = Die Tokens sind gutgeschrieben.

## Was an einem Feld nicht stimmt
fault-required = Bitte füllen Sie dieses Feld aus.
fault-too-long = { $max ->
    [one] Hier ist höchstens { $max } Zeichen möglich.
   *[other] Hier sind höchstens { $max } Zeichen möglich.
}
fault-malformed = Die Eingabe entspricht nicht der beschriebenen Form.
fault-out-of-range = Diese Zahl ist zu klein oder zu groß.
fault-taken = Das ist bereits vergeben.
fault-unknown-choice = Bitte wählen Sie aus der Liste.
fault-other = Meldung des Systems: { $message }.

## Startseite
home-what = Was die Anwendung leistet
home-plan = Dies ist im Aufbau. Hier steht, was es einmal tun wird; was heute schon geht, steht darunter.
home-now-admin = Legen Sie Mandanten an, geben Sie ihnen Domains, sehen Sie ihre Modelle und was Administratoren getan haben.
home-now = Was Sie jetzt schon tun können
home-now-playground = Fragen Sie jedes hier angebotene Modell, verfolgen Sie die Antwort und sehen Sie, was sie verbraucht hat.
home-now-account = Sehen Sie Ihr Guthaben in Echtzeit, Ihren Verbrauch je Tag, Ihre Geräte und Ihre API-Schlüssel.
home-now-api = Verwenden Sie Ihre gewohnten Clients: Die API spricht die Dialekte von OpenAI und Anthropic.
open-playground = Spielwiese öffnen
open-account = Konto öffnen
api-description = Beschreibung der API

home-family = KI-Chat für die ganze Familie
home-family-lead = Kinder fragen, Eltern setzen den Rahmen. Jede Frage und jede Antwort wird geprüft, bevor jemand sie liest.
home-family-1 = Sicher in beide Richtungen
home-family-1-text = Nachrichten werden moderiert, bevor sie ein Modell erreichen, und Antworten, bevor sie ein Kind erreichen.
home-family-2 = Regeln der Erziehungsberechtigten
home-family-2-text = Bestimmen Sie, wer welches Modell wann und wie lange nutzen darf, und pausieren Sie ein Profil jederzeit.
home-family-3 = Ein Guthaben, klare Kosten
home-family-3-text = Die Familie teilt sich Tokens. Sie sehen den Verbrauch jedes Profils, und niemand gibt mehr aus, als da ist.

home-stories = Aus einer Zeichnung wird eine Geschichte
home-stories-lead = Das Bild eines Kindes wird zur illustrierten, vorgelesenen Erzählung, passend zu Alter und Sprache.
home-stories-1 = Ein Anfang genügt
home-stories-1-text = Eine Zeichnung, ein Foto, eine Aufnahme oder ein paar Worte reichen aus.
home-stories-2 = Erzählt und illustriert
home-stories-2-text = Text, Bilder und Stimme entstehen zusammen und werden auf Eignung für Kinder geprüft.
home-stories-3 = Kosten im Blick
home-stories-3-text = Jeder Schritt wird gemessen und begrenzt. So kostet eine Geschichte, was sie soll, und nicht mehr.

home-paybot = Bezahlen im Gespräch
home-paybot-lead = Ein freundlicher Dialog fragt nach den Kartendaten, prüft sie einzeln und übergibt sie an Stripe. Nichts Vertrauliches wird gespeichert.
home-paybot-1 = Eine Frage nach der anderen
home-paybot-1-text = Der Dialog fragt nach, was fehlt, erklärt, was nicht stimmt, und lässt es korrigieren.
home-paybot-2 = Kartendaten werden nur durchgereicht
home-paybot-2-text = Stripe macht aus der Karte ein Token. Die Nummer steht in keinem Protokoll, keiner Datenbank und keiner Anfrage an ein Modell.
home-paybot-3 = Wiederholen ohne Risiko
home-paybot-3-text = Ein zweiter Versuch bucht nie doppelt ab, und jede Sitzung endet von selbst.

home-saas = Ein Vorsprung für Ihr Produkt
home-saas-lead = Anmeldung, Abonnements, Uploads und KI-Texte sind bereits verbunden. Beginnen Sie mit dem, was Sie ausmacht.
home-saas-1 = Personen und Sitzungen
home-saas-1-text = Melden Sie sich mit Ihrem eigenen Identitätsanbieter an, und melden Sie jedes Gerät aus einer Liste ab.
home-saas-2 = Kasse und Abonnements
home-saas-2-text = Tarife, Probezeiten und Rechnungen laufen über Stripe und bleiben durch signierte Webhooks aktuell.
home-saas-3 = KI mit Verlauf
home-saas-3-text = Erzeugen Sie Texte mit dem Modell Ihrer Wahl, finden Sie sie wieder und sehen Sie den Verbrauch.

home-market = Ein Zuhause für kreative Arbeit
home-market-lead = Musik, Bücher, Videos und Drucke von denen, die sie machen, verkauft unter eigener Domain.
home-market-1 = Ein eigener Laden
home-market-1-text = Alle Kreativen haben ihren Katalog, ihr Aussehen und ihre Domain.
home-market-2 = Einmal kaufen, sicher herunterladen
home-market-2-text = Signierte Links öffnen Ihre Käufe auf jedem Gerät, solange sie Ihnen gehören.
home-market-3 = Preise für jedes Land
home-market-3-text = Sie sehen den Preis in Ihrer Währung, bevor Sie sich entscheiden.

home-postern = Der Eingang für den Betrieb
home-postern-lead = Postern führt Anwendungen als WebAssembly-Funktionen am Rand des Netzes aus. Von hier aus kümmern Sie sich darum.
home-postern-1 = Mandanten und Domains
home-postern-1-text = Legen Sie einen Mandanten an, wählen Sie den Ort seiner Daten und geben Sie ihm eine eigene Domain.
home-postern-2 = Konten und Gutschriften
home-postern-2-text = Suchen Sie ein Konto, sehen Sie Guthaben und Vorgänge ein und schreiben Sie Tokens gut.
home-postern-3 = Modelle und ihr Zustand
home-postern-3-text = Sehen Sie, welche Modelle antworten, was sie kosten und welcher Anbieter Schwierigkeiten hat.

## Anmeldung
sign-in-again = Erneut anmelden
sign-in-redirect-uri = Diese Adresse ist nicht registriert
sign-in-redirect-uri-text = Der Identitätsanbieter weiß nicht, wohin er Sie zurückschicken soll. Die Verwaltung kann das beheben, indem sie die folgende Adresse registriert.
sign-in-register = Zu registrierende Weiterleitungs-URI
sign-in-register-text = Sie muss genau übereinstimmen: Schema, Host, Port und Pfad, ohne Schrägstrich am Ende. „localhost“ und „127.0.0.1“ sind zwei verschiedene Hosts.
sign-in-denied = Die Anmeldung wurde abgelehnt
sign-in-denied-text = Sie oder der Identitätsanbieter haben sie beendet. Es wurde nichts geändert.
sign-in-expired = Die Anmeldung hat zu lange gedauert
sign-in-expired-text = Sie wurde vor einiger Zeit oder in einem anderen Browser begonnen. Bitte beginnen Sie hier neu.
sign-in-mismatch = Die Antwort passt nicht zur Anfrage
sign-in-mismatch-text = Was der Identitätsanbieter zurückgab, gehört nicht zu der Anmeldung, die dieser Browser begonnen hat. Zu Ihrer Sicherheit wurde es nicht verwendet.
sign-in-unreachable = Der Identitätsanbieter antwortet nicht
sign-in-unreachable-text = Das ist meist nach wenigen Minuten vorbei. Sie können es erneut versuchen.
sign-in-not-configured = Die Anmeldung ist noch nicht eingerichtet
sign-in-not-configured-text = Hier ist kein Identitätsanbieter konfiguriert. Die Verwaltung muss einen hinzufügen.
sign-in-issuer-said = Meldung des Identitätsanbieters
signed-out = Sie sind abgemeldet
signed-out-text = Dieses Gerät kann Ihr Konto nicht mehr öffnen.
signed-out-issuer = Beim Identitätsanbieter sind Sie möglicherweise noch angemeldet.
sign-out-issuer = Auch dort abmelden

## Konto
profile = Profil
account-id = Konto-ID
member-since = Mitglied seit
balance = Guthaben
balance-available = Tokens verfügbar
balance-held = Tokens reserviert
balance-posted = Tokens gebucht
balance-meter = Verfügbarer Anteil Ihrer Tokens
balance-text = Reservierte Tokens sind für laufende Anfragen zurückgelegt. Was eine Anfrage nicht verbraucht, wird wieder verfügbar.
balance-stale = Diese Zahlen sind möglicherweise veraltet.
usage = Verbrauch
usage-total = { $tokens ->
    [one] { $tokens } Token
   *[other] { $tokens } Tokens
} in { $count ->
    [one] { $count } Anfrage
   *[other] { $count } Anfragen
}
usage-caption = Verbrauchte Tokens je Tag, Eingabe und Ausgabe zusammen
usage-by-day = Verbrauch je Tag als Tabelle
usage-by-model = Nach Modell
usage-empty = Noch nichts verbraucht
usage-empty-text = Sobald Sie ein Modell fragen, sehen Sie hier Tag für Tag den Verbrauch.
day = Tag
chart-explore = Diagramm erkunden
chart-failed = Das interaktive Diagramm konnte nicht geladen werden.
transfers = Buchungen
transfer = Buchung
transfer-post = Gebucht
transfer-reserve = Reserviert
transfer-settle = Abgerechnet
transfer-void = Freigegeben
transfers-empty = Noch keine Buchungen
transfers-empty-text = Hier wird jedes Token aufgeführt, das hinzukommt oder abgeht.
sessions = Geräte
sessions-text = Hier sind Sie angemeldet. Melden Sie jedes Gerät ab, das Sie nicht kennen.
this-device = dieses Gerät
unknown-device = Unbekanntes Gerät
signed-in-at = Angemeldet
last-seen = zuletzt aktiv
session-revoke-title = Dieses Gerät abmelden?
session-revoke-text = Dort endet die Sitzung innerhalb von 30 Sekunden. Sie können sich jederzeit wieder anmelden.
others-revoke = Alle anderen Geräte abmelden
others-revoke-title = Alle anderen Geräte abmelden?
others-revoke-text = Hier bleiben Sie angemeldet. Überall sonst müssen Sie sich neu anmelden.
keys = API-Schlüssel
keys-text = Mit einem Schlüssel handelt ein Programm in Ihrem Namen. Schützen Sie ihn wie ein Passwort.
keys-empty = Keine API-Schlüssel
keys-empty-text = Erstellen Sie einen, um die API aus einem Programm zu nutzen.
key-create = API-Schlüssel erstellen
key-name-hint = Damit Sie ihn später wiedererkennen, zum Beispiel nach dem Programm, das ihn nutzt.
key-revoke-title = „{ $name }“ widerrufen?
key-revoke-text = Programme mit diesem Schlüssel werden ab dann abgewiesen. Das lässt sich nicht rückgängig machen.
scopes = Berechtigungen
scope-chat = Modelle fragen und Tokens ausgeben
scope-account-read = Guthaben, Verbrauch und Buchungen lesen
revoke = Widerrufen
revoked = widerrufen
last-used = zuletzt verwendet
never-used = nie verwendet
new-key = Ihr neuer API-Schlüssel „{ $name }“
new-key-text = Kopieren Sie ihn jetzt und bewahren Sie ihn sicher auf. Zum Schutz wird er nur dieses eine Mal angezeigt.

## Spielwiese
conversation = Unterhaltung
prompt = Ihre Nachricht
prompt-placeholder = Stellen Sie eine Frage
model = Modell
models-empty = Noch keine Modelle
models-empty-text = Hier wird kein Modell angeboten. Die Verwaltung kann das ändern.
chat-empty = Stellen Sie die erste Frage
chat-empty-text = Wählen Sie unten ein Modell und schreiben Sie eine Nachricht. Die Antwort erscheint hier.
chat-you = Sie
chat-model = Modell
chat-send = Senden
chat-stop = Anhalten
chat-clear = Neu beginnen
chat-keys = Eingabetaste sendet, Umschalt + Eingabetaste beginnt eine neue Zeile, Escape hält an.
chat-available = { $count ->
    [one] Sie haben noch { $count } Token.
   *[other] Sie haben noch { $count } Tokens.
}
chat-waiting = Das Modell antwortet …
chat-done = Die Antwort ist vollständig.
chat-stopped = Angehalten. Sie bezahlen nur, was verbraucht wurde.
chat-cut = Die Antwort ist abgebrochen. Sie können Ihre Nachricht erneut senden.
chat-spent = { $input } Eingabetokens, { $output } Ausgabetokens
chat-offline = Sie sind offline. Ihre Nachricht steht noch hier; senden Sie sie, sobald Sie wieder verbunden sind.
chat-failed = Das Modell konnte nicht antworten. Bitte versuchen Sie es erneut oder wählen Sie ein anderes.
chat-signed-out = Ihre Sitzung ist beendet. Bitte melden Sie sich erneut an.
chat-no-tokens = Ihre Tokens reichen für diese Anfrage nicht aus.
chat-too-many = Das war etwas schnell. Bitte warten Sie einen Moment und senden Sie erneut.

## Verwaltung
overview = Übersicht
tenants = Mandanten
accounts = Konten
models = Modelle
audit = Prüfprotokoll
models-up = Modelle antworten
operations-day = Anfragen in den letzten 24 Stunden
account-find = Konto suchen
audit-latest = Letzte Änderungen
audit-all = Ganzes Prüfprotokoll anzeigen
audit-text = Wer wann was geändert hat. Einträge lassen sich weder ändern noch entfernen.
audit-empty = Noch keine Einträge
audit-empty-text = Hier wird aufgeführt, was in der Verwaltung geschieht.
who = Wer
action = Aktion
subject = Gegenstand
handle = Kurzname
app = Anwendung
region = Region
built-in = eingebaut
tenants-empty = Noch keine Mandanten
tenants-empty-text = Legen Sie unten den ersten an.
tenant-create = Mandant anlegen
tenant-id = Mandanten-ID
tenant-name-hint = So, wie er angezeigt wird.
tenant-handle-hint = Teil der Adresse: zuerst ein Buchstabe, dann Kleinbuchstaben, Ziffern und Bindestriche.
tenant-region-hint = Der Ort der Daten. Er lässt sich später nicht ändern.
region-auto = Automatisch: nahe der ersten Anfrage
region-wnam = Westliches Nordamerika
region-enam = Östliches Nordamerika
region-sam = Südamerika
region-weur = Westeuropa
region-eeur = Osteuropa
region-apac = Asien und Pazifik
region-oc = Ozeanien
region-afr = Afrika
region-me = Naher Osten
region-eu = Nur Europäische Union
region-fedramp = Nur FedRAMP-Rechenzentren
issuers = Aussteller
issuers-none = Keine: Noch kann sich niemand anmelden
domains = Domains
domain = Domain
domain-hint = Ohne Schema und Port, zum Beispiel laden.example.com. Ihr DNS muss auf diese Plattform zeigen.
domain-put = Domain hinzufügen
domains-empty = Keine eigenen Domains
domains-empty-text = Der Mandant ist über seinen Kurznamen erreichbar. Mit einer Domain erhält er eine eigene Adresse.
accounts-text = Konten sind voneinander getrennt und lassen sich daher nur über ihre ID finden.
account-id-hint = Beginnt mit acc_. Sie steht auf der Kontoseite der jeweiligen Person.
wallet = Guthaben
grant = Tokens gutschreiben
grant-tokens-hint = Eine ganze Zahl über null.
grant-note = Notiz
grant-note-hint = Für das Prüfprotokoll, zum Beispiel der Grund.
grant-confirm = Diese Tokens gutschreiben?
grant-confirm-text = Sie sind sofort verfügbar. Die Gutschrift steht in den Buchungen und im Prüfprotokoll.
operations = Vorgänge
operations-empty = Noch keine Vorgänge
operations-empty-text = Hier werden die Anfragen dieses Kontos an Modelle aufgeführt.
outcome = Ergebnis
outcome-done = erledigt
outcome-left = abgebrochen
outcome-failed = fehlgeschlagen
taken = Abgebucht
cost = Kosten
duration = Dauer
models-text = Der Zustand ist, was diese Instanz zuletzt beobachtet hat. Preise gelten für eine Million Tokens.
health = Zustand
health-up = antwortet
health-degraded = beeinträchtigt
health-down = gestört
health-unknown = zuletzt nicht gefragt
provider = Anbieter
providers = Anbieter
providers-empty = Keine Anbieter
providers-empty-text = Modelle brauchen einen Anbieter in der Konfiguration.
provider-key = Schlüssel
key-set = vorhanden
key-missing = fehlt
price-input = Eingabepreis
price-output = Ausgabepreis
output-max = Ausgabegrenze
format = Format
address = Adresse

## Probleme
problem-detail = Genauer
problem-report = Wenn Sie das melden, geben Sie bitte diese ID an:
retry-after = { $seconds ->
    [one] In { $seconds } Sekunde lohnt sich ein neuer Versuch.
   *[other] In { $seconds } Sekunden lohnt sich ein neuer Versuch.
}
problem-400 = Diese Anfrage ist nicht lesbar
problem-400-text = Etwas daran ist nicht, wie es sein sollte. Meist hilft es, zurückzugehen und es erneut zu versuchen.
problem-401 = Bitte melden Sie sich an
problem-401-text = Diese Seite ist nur für angemeldete Personen, oder Ihre Sitzung ist beendet.
problem-402 = Nicht genügend Tokens
problem-402-text = Ihr Guthaben reicht für diese Anfrage nicht aus. Ihr Konto zeigt, was verfügbar und was reserviert ist.
problem-403 = Sie haben darauf keinen Zugriff
problem-403-text = Sie sind angemeldet, aber diese Seite ist für andere bestimmt. Die Verwaltung kann Ihnen Zugriff geben.
problem-404 = Hier ist nichts
problem-404-text = Vielleicht enthält die Adresse einen Tippfehler, oder die Seite wurde verschoben oder entfernt.
problem-405 = Das ist hier nicht möglich
problem-405-text = Die Seite gibt es, aber nicht für das, was von ihr verlangt wurde.
problem-409 = Jemand war schneller
problem-409-text = Was Sie ändern wollten, hat sich inzwischen geändert oder besteht bereits. Bitte sehen Sie noch einmal nach.
problem-422 = Die Eingaben sind nicht ganz richtig
problem-422-text = Bitte gehen Sie zurück und prüfen Sie Ihre Eingaben.
problem-429 = Zu viele Anfragen
problem-429-text = Sie fragen schneller, als es hier erlaubt ist. Es ist nichts verloren; warten Sie einfach einen Moment.
problem-500 = Bei uns ist etwas schiefgegangen
problem-500-text = Es liegt nicht an Ihnen, und der Fehler wurde aufgezeichnet. Bitte versuchen Sie es gleich noch einmal.
problem-502 = Ein vorgelagerter Dienst antwortet nicht richtig
problem-502-text = Wir haben Ihre Anfrage weitergegeben und keine brauchbare Antwort erhalten. Bitte versuchen Sie es gleich noch einmal.
problem-503 = Zurzeit nicht verfügbar
problem-503-text = Das ist meist bald vorbei. Bitte versuchen Sie es gleich noch einmal.
problem-other = Das hat nicht funktioniert
offline = Sie sind offline
offline-text = Es besteht keine Verbindung zum Netz. Was Sie angesehen haben, ist nicht verloren: Die Seite lässt sich neu laden, sobald Sie wieder verbunden sind.

## Invitations
invite = Jemanden einladen
invite-text = Ein Link gibt einer Person einmal eine Rolle. Er gilt eine Woche lang, und zwar für die Person, die der Aussteller unter dieser Adresse kennt.
invite-made = Senden Sie der Person diesen Link. Er wird nicht noch einmal angezeigt.
invite-email-hint = So, wie der Aussteller sie kennt und bestätigt hat.
invite-role-hint = Zum Beispiel admin.
invite-make = Link erstellen
role = Rolle
invitation = Einladung
invitation-text = { $tenant } lädt Sie in die Rolle „{ $role }“ ein.
invitation-until = Gültig bis
invitation-accept = Annehmen
notice-invitation-accepted = Die Einladung ist angenommen.

## Der Shop auf jeder Seite
shop = Shop
my-products = Meine Produkte
invoices = Rechnungen
orders = Meine Bestellungen
nav-purchases = Ihre Einkäufe
test-mode = Testmodus: Es fließt kein Geld.
test-mode-text = Zahlungen, Bestellungen und Rechnungen dienen hier nur zum Ausprobieren.
notice-added-to-cart = Der Artikel liegt in Ihrem Warenkorb.
notice-cart-updated = Ihr Warenkorb ist auf dem neuesten Stand.
notice-line-removed = Der Artikel ist nicht mehr in Ihrem Warenkorb.
notice-coupon-applied = Der Gutschein ist eingelöst.
notice-coupon-removed = Der Gutschein ist entfernt.
notice-country-saved = Sie sehen jetzt die Preise für Ihr Land.
notice-licence-accepted = Die Lizenz ist akzeptiert. Sie können jetzt herunterladen.

## Shop
product = Produkt
kind-digital = Download
kind-physical = Wird zugeschickt
kind-tokens = Tokens
kind-top-up = Zusatzkontingent
kind-subscription = Abonnement
kind-bundle = Paket
interval-days = { $count ->
    [one] pro Tag
   *[other] alle { $count } Tage
}
interval-weeks = { $count ->
    [one] pro Woche
   *[other] alle { $count } Wochen
}
interval-months = { $count ->
    [one] pro Monat
   *[other] alle { $count } Monate
}
interval-years = { $count ->
    [one] pro Jahr
   *[other] alle { $count } Jahre
}
tax-included = inkl. { $rate } { $label }
tax-included-some = inkl. { $label }
tax-added = zzgl. Steuern
cart-items = Warenkorb: { $count } Artikel
country = Land
country-show = Preise anzeigen
country-hint = Davon hängen Währung, Steuern und Lieferbarkeit ab.
shop-empty = Noch nichts im Angebot
shop-empty-text = In Ihrem Land wird zurzeit nichts angeboten. Bitte schauen Sie später wieder vorbei.
shop-first = Zurück zu den ersten Produkten
shop-next = Weitere Produkte
bundle-holds = In diesem Paket:
sold-out = Ausverkauft
stock-few = Nur noch { $count } verfügbar
quantity = Menge
add-to-cart = In den Warenkorb
open-shop = Zum Shop
trouble-sold-out = Jemand war schneller: Etwas in Ihrem Warenkorb ist gerade ausverkauft. Es wurde nichts abgebucht.
trouble-busy = Gerade ist sehr viel los. Es wurde nichts geändert; bitte versuchen Sie es gleich noch einmal.
trouble-no-payments = Zahlungen sind zurzeit nicht möglich. Ihr Warenkorb bleibt erhalten; bitte versuchen Sie es später noch einmal.
trouble-cart-changed = Ihr Warenkorb wurde inzwischen an anderer Stelle geändert. Das ist sein jetziger Inhalt.
trouble-payment-open = Für diesen Warenkorb läuft bereits eine Zahlung. Schließen Sie sie ab, oder kehren Sie dort um, wenn Sie den Warenkorb ändern möchten.
trouble-too-many-lines = Dieser Warenkorb ist voll. Bitte bezahlen Sie ihn zuerst, oder entfernen Sie etwas.
trouble-subscription-alone = Ein Abonnement wird für sich bezahlt. Bitte entfernen Sie entweder das Abonnement oder alles andere.
trouble-mixed-intervals = Abonnements mit verschiedenen Zahlungszeiträumen brauchen je eine eigene Bestellung. Bitte entfernen Sie eines davon.
trouble-too-little = Dieser Betrag ist zu klein für eine Kartenzahlung. Bitte legen Sie noch etwas dazu.
trouble-not-sent-together = Diese Waren werden in kein gemeinsames Land geliefert. Bitte entfernen Sie eine davon.

## Warenkorb
cart = Warenkorb
cart-empty = Ihr Warenkorb ist leer
cart-empty-text = Was Sie im Shop hineinlegen, wartet hier auf Sie.
cart-lines = Inhalt Ihres Warenkorbs
unit-price = Einzelpreis
line-total = Betrag
quantity-of = Menge von { $name }
update = Aktualisieren
remove = Entfernen
price-before = Vorher:
price-now = Jetzt:
prices-changed = Preise haben sich geändert, seit Sie zuletzt hier waren. Sie zahlen, was jetzt hier steht.
line-sold-out = Ausverkauft. Bitte entfernen Sie es, um fortzufahren.
line-left = Nur noch { $count } verfügbar. Bitte wählen Sie weniger.
line-not-here = In Ihrem Land nicht erhältlich. Bitte entfernen Sie es, um fortzufahren.
line-gone = Nicht mehr im Angebot. Bitte entfernen Sie es, um fortzufahren.
shop-on = Weiter einkaufen
sums = Zusammenfassung
coupon = Gutscheincode
coupon-apply = Einlösen
coupon-unknown = Diesen Gutschein gibt es nicht. Bitte prüfen Sie die Schreibweise.
coupon-expired = Dieser Gutschein ist abgelaufen.
coupon-not-yet = Dieser Gutschein gilt noch nicht.
coupon-used-up = Dieser Gutschein ist aufgebraucht.
coupon-used-by-you = Sie haben diesen Gutschein bereits eingelöst.
coupon-below-minimum = Dieser Gutschein gilt ab { $amount }.
coupon-not-for-these = Dieser Gutschein gilt für nichts in Ihrem Warenkorb.
coupon-not-here = Dieser Gutschein gilt nicht für Ihr Land oder Ihre Währung.
coupon-not-together = Dieser Gutschein lässt sich nicht mit dem vorhandenen kombinieren.
coupon-on-subscription = Gutscheine gelten nicht für Abonnements.
coupon-again = Dieser Gutschein ist bereits eingelöst.
coupon-sign-in = Bitte melden Sie sich zuerst an: Dieser Gutschein ist für bestimmte Kunden.
subtotal = Zwischensumme
discount = Rabatt
rounding = Rundung
total = Gesamtbetrag
recurring = Danach { $amount } { $interval }, bis Sie kündigen.
cart-sent = Etwas in Ihrem Warenkorb wird verschickt. Die Adresse geben Sie beim Bezahlen an.
checkout = Zur Kasse
checkout-text = Sie zahlen auf der Seite von Stripe. Abgebucht wird erst, wenn Sie dort bestätigen.
checkout-off = So kann dieser Warenkorb nicht bezahlt werden. Der Grund steht weiter oben.
checkout-sign-in = Anmelden und bezahlen
checkout-sign-in-text = Ihr Warenkorb bleibt dabei erhalten.
payment-go-on = Zur Zahlung

## Nach einer Zahlung
return-paid = Vielen Dank, es ist bezahlt
return-paid-text = Was Sie gekauft haben, steht für Sie bereit.
return-processing = Ihre Zahlung wird bestätigt
return-processing-text = Sie können diese Seite beruhigt verlassen. Nichts wird doppelt abgebucht, und Ihr Einkauf erscheint von selbst unter „Meine Produkte“.
return-refresh = Diese Seite aktualisiert sich von selbst.
return-still = Nicht mehr aktualisieren
return-slow = Manche Zahlungsarten dauern länger, eine Überweisung bis zu einigen Tagen. Diese Seite aktualisiert sich nicht mehr von selbst.
return-failed = Die Zahlung hat nicht geklappt
return-failed-text = Es wurde nichts abgebucht. Ihr Warenkorb ist noch da; versuchen Sie es erneut oder zahlen Sie auf andere Weise.
return-cancelled = Sie haben nicht bezahlt
return-cancelled-text = Sie sind vor dem Bezahlen umgekehrt, und es wurde nichts abgebucht. Ihr Warenkorb ist unverändert.
return-expired = Die Zahlungsseite ist abgelaufen
return-expired-text = Sie war zu lange offen, und es wurde nichts abgebucht. Ihr Warenkorb ist noch da; Sie können neu beginnen.
return-refunded = Diese Zahlung wurde erstattet
return-refunded-text = Das Geld kommt auf demselben Weg zurück, meist innerhalb von fünf bis zehn Tagen.
return-sent = Was Ihnen zugeschickt wird, wird vorbereitet.
bought = Ihr Einkauf
tokens-credited = { $count ->
    [one] { $count } Token wurde Ihrem Guthaben gutgeschrieben.
   *[other] { $count } Tokens wurden Ihrem Guthaben gutgeschrieben.
}
order = Bestellung
open-products = „Meine Produkte“ öffnen
open-invoice = Rechnung ansehen
open-orders = Meine Bestellungen ansehen
look-again = Erneut nachsehen
back-to-cart = Zurück zum Warenkorb

## Meine Produkte
products-empty = Sie haben noch nichts gekauft
products-empty-text = Was Sie kaufen, steht hier mit seinen Downloads.
entitlement-active = gehört Ihnen
entitlement-pending = Zahlung läuft
entitlement-pending-text = Die Zahlung wird noch bestätigt. Die Downloads öffnen sich danach von selbst.
entitlement-suspended = ausgesetzt
entitlement-suspended-text = Die Zahlung dafür ist strittig. Bis das entschieden ist, lässt es sich nicht herunterladen.
entitlement-refunded = erstattet
entitlement-refunded-text = Sie haben Ihr Geld dafür zurückbekommen; es lässt sich daher nicht mehr herunterladen.
entitlement-expired = abgelaufen
entitlement-expired-text = Die Zeit, für die Sie es gekauft haben, ist vorbei.
owned-since = seit
owned-until = bis
devices-used = { $used } von { $max } Geräten genutzt
downloads-used = { $used } von { $max } Downloads genutzt
downloads-used-up = Sie haben alle Downloads verbraucht. Bitte schreiben Sie dem Verkäufer, wenn Sie einen weiteren brauchen.
download = Herunterladen
download-all = Alles als Zip herunterladen
licence-text = Bitte lesen Sie vor dem Herunterladen die Lizenz:
licence-accept = Ich habe die Lizenz gelesen und akzeptiere sie.
licence-missed = Bitte setzen Sie hier ein Häkchen, um fortzufahren.
licence-go-on = Lizenz akzeptieren
licence-accepted = akzeptiert am
subscriptions = Abonnements
subscription-active = aktiv
subscription-trial = Probezeit
subscription-past-due = Zahlung fehlgeschlagen
subscription-ending = endet bald
subscription-paused = pausiert
subscription-incomplete = Zahlung läuft
subscription-ended = beendet
past-due-text = Die letzte Zahlung ist fehlgeschlagen. Bitte prüfen Sie Ihre Zahlungsart, damit das Abonnement weiterläuft.
renews-on = nächste Zahlung am
trial-until = kostenlos bis
ends-on = endet am
ended-on = beendet am
portal = Abonnement verwalten
portal-hint = Ändern, pausieren oder kündigen Sie es auf der Seite von Stripe, und wählen Sie dort Ihre Zahlungsart.
window-of = In diesem Zeitraum verbraucht ({ $unit })
window-until = Beginnt neu am
window-extra = dazu { $count } zusätzlich ({ $unit })
window-80 = 80 % Ihres Kontingents sind verbraucht.
window-90 = 90 % Ihres Kontingents sind verbraucht. Es reicht vielleicht nicht bis zum Ende des Zeitraums.
window-100 = Ihr Kontingent ist für diesen Zeitraum verbraucht. Mit einem Zusatzpaket aus dem Shop geht es sofort weiter.
window-100-extra = Ihr Kontingent ist für diesen Zeitraum verbraucht. Sie nutzen jetzt, was Sie hinzugekauft haben.

## Bestellungen
orders-empty = Noch keine Bestellungen
orders-empty-text = Jede Bestellung steht hier mit ihrem Stand.
number = Nummer
date = Datum
status = Status
invoice = Rechnung
invoice-of = Rechnung der Bestellung { $number } ansehen
view = Ansehen
order-open = zu bezahlen
order-processing = Zahlung läuft
order-paid = bezahlt
order-sent = verschickt
order-failed = Zahlung fehlgeschlagen
order-cancelled = storniert
order-partly-refunded = teilweise erstattet
order-refunded = erstattet
order-disputed = strittig

## Rechnungen
invoices-empty = Noch keine Rechnungen
invoices-empty-text = Zu jeder Zahlung finden Sie hier die Rechnung.
open-as = Öffnen
invoice-draft = Entwurf
invoice-open = zu bezahlen
invoice-paid = bezahlt
invoice-void = ungültig
invoice-uncollectible = nicht bezahlt
invoice-partly-refunded = teilweise erstattet
invoice-refunded = erstattet
invoice-number = Rechnung { $number }
invoice-lines = Rechnungsposten
seller = Verkäufer
buyer = Käufer
tax-id = Steuernummer: { $id }
issued = Rechnungsdatum
paid-on = Bezahlt am
due-on = Fällig am
tax-rate = Steuersatz
tax = Steuer
tax-at = { $label } { $rate }
line-gross = Betrag brutto
line-net = Betrag netto
refunded-on = Erstattet am
remaining = Gesamtbetrag nach Erstattung
taxes = Steuern nach Sätzen
taxes-included = Steuern nach Sätzen, im Gesamtbetrag enthalten
net = Netto
tax-amount = Steuerbetrag
invoice-at-stripe = Diese Rechnung bei Stripe
invoice-print = Ihr Browser druckt diese Seite als Rechnung.

## Warum ein Download abgelehnt wird
refused-not-bought = Das gehört Ihnen noch nicht
refused-not-bought-text = Herunterladen kann es nur, wer es gekauft hat. Falls Sie das sind, prüfen Sie bitte, ob Sie mit demselben Konto angemeldet sind.
refused-refunded = Das wurde erstattet
refused-refunded-text = Sie haben Ihr Geld zurückbekommen; es lässt sich daher nicht mehr herunterladen. Im Shop können Sie es erneut kaufen.
refused-disputed = Das ist vorerst ausgesetzt
refused-disputed-text = Die Zahlung dafür ist strittig. Wird zugunsten des Verkäufers entschieden oder der Einspruch zurückgezogen, können Sie es wieder herunterladen.
refused-expired = Die Zeit dafür ist abgelaufen
refused-expired-text = Sie hatten es für begrenzte Zeit, und die ist vorbei. Sie können es erneut kaufen oder verlängern.
refused-device-limit = Zu viele Geräte
refused-device-limit-text = Es wurde schon auf so viele Geräte geladen, wie erlaubt sind. Bitte nutzen Sie eines davon, oder schreiben Sie dem Verkäufer.
refused-use-limit = Keine Downloads mehr übrig
refused-use-limit-text = Sie haben es so oft heruntergeladen, wie vereinbart war. Bitte schreiben Sie dem Verkäufer, wenn Sie es noch einmal brauchen.
refused-licence = Zuerst die Lizenz
refused-licence-text = Bitte lesen und akzeptieren Sie die Lizenz unter „Meine Produkte“. Danach öffnet sich der Download.
refused-link-used-up = Dieser Link ist verbraucht
refused-link-used-up-text = Jeder Link gilt nur wenige Male, damit kein anderer ihn benutzt. Einen neuen bekommen Sie unter „Meine Produkte“.
refused-link-expired = Dieser Link ist abgelaufen
refused-link-expired-text = Links gelten nur kurze Zeit. Einen neuen bekommen Sie unter „Meine Produkte“; Ihr Einkauf gehört Ihnen weiterhin.
refused-link-broken = Dieser Link ist beschädigt
refused-link-broken-text = Ein Teil davon fehlt, vielleicht seit dem Kopieren. Einen neuen bekommen Sie unter „Meine Produkte“.
refused-too-many = Gerade zu viele Downloads
refused-too-many-text = In kurzer Zeit gab es mehr Downloads, als ein Mensch gewöhnlich braucht. Es ist nichts verloren; bitte warten Sie einen Moment.

## Länder
country-ae = Vereinigte Arabische Emirate
country-at = Österreich
country-au = Australien
country-be = Belgien
country-bg = Bulgarien
country-bh = Bahrain
country-br = Brasilien
country-ca = Kanada
country-ca-ab = Kanada, Alberta
country-ca-bc = Kanada, British Columbia
country-ca-mb = Kanada, Manitoba
country-ca-nb = Kanada, New Brunswick
country-ca-nl = Kanada, Neufundland und Labrador
country-ca-ns = Kanada, Nova Scotia
country-ca-nt = Kanada, Nordwest-Territorien
country-ca-nu = Kanada, Nunavut
country-ca-on = Kanada, Ontario
country-ca-pe = Kanada, Prince Edward Island
country-ca-qc = Kanada, Québec
country-ca-sk = Kanada, Saskatchewan
country-ca-yt = Kanada, Yukon
country-ch = Schweiz
country-cy = Zypern
country-cz = Tschechien
country-de = Deutschland
country-dk = Dänemark
country-ee = Estland
country-es = Spanien
country-fi = Finnland
country-fr = Frankreich
country-gb = Vereinigtes Königreich
country-gr = Griechenland
country-hk = Hongkong
country-hr = Kroatien
country-hu = Ungarn
country-ie = Irland
country-im = Isle of Man
country-in = Indien
country-is = Island
country-it = Italien
country-jp = Japan
country-kr = Südkorea
country-li = Liechtenstein
country-lt = Litauen
country-lu = Luxemburg
country-lv = Lettland
country-mc = Monaco
country-mt = Malta
country-mx = Mexiko
country-nl = Niederlande
country-no = Norwegen
country-nz = Neuseeland
country-pl = Polen
country-pt = Portugal
country-ro = Rumänien
country-se = Schweden
country-sg = Singapur
country-si = Slowenien
country-sk = Slowakei
country-tw = Taiwan
country-ug = Uganda
country-us = Vereinigte Staaten
country-za = Südafrika
