### Français.

## Sur chaque page
skip = Aller au contenu
nav-main = Navigation principale
nav-account = Sections de cette page
nav-admin = Administration
sign-in = Se connecter
sign-out = Se déconnecter
account = Compte
playground = Bac à sable
admin = Administration
language = Langue
scheme = Apparence
scheme-auto = Comme sur cet appareil
scheme-light = Claire
scheme-dark = Sombre
save = Enregistrer
cancel = Annuler
request = Requête
pages = Pages de cette liste
first-page = Revenir aux plus récentes
next-page = Entrées plus anciennes
none = aucune valeur
copy = Copier
copied = Copié
copy-failed = Copie impossible. Sélectionnez le texte à la place.
usd-approx = env. { $amount }
of = { $part } sur { $whole }
go-home = Aller à l’accueil
try-again = Réessayer
find = Rechercher
name = Nom
email = Adresse e-mail
when = Date
created = Création
tokens = Jetons
tokens-count = { $count ->
    [one] { $count } jeton
   *[other] { $count } jetons
}
tokens-input = Jetons en entrée
tokens-output = Jetons en sortie
requests = Requêtes
requests-count = { $count ->
    [one] { $count } requête
   *[other] { $count } requêtes
}

## Ce qui vient d’être fait
notice-preferences-saved = Vos préférences sont enregistrées.
notice-session-revoked = L’appareil est déconnecté. Cela peut prendre jusqu’à 30 secondes.
notice-others-revoked = Tous les autres appareils sont déconnectés.
notice-key-revoked = La clé d’API est révoquée.
notice-tenant-created = Le locataire est créé.
notice-domain-put = Le domaine est ajouté.
notice-granted = Les jetons sont attribués.

## Ce qui ne va pas dans un champ
fault-required = Veuillez remplir ce champ.
fault-too-long = { $max ->
    [one] { $max } caractère au maximum.
   *[other] { $max } caractères au maximum.
}
fault-malformed = La valeur n’a pas la forme indiquée.
fault-out-of-range = Ce nombre est trop petit ou trop grand.
fault-taken = Cette valeur est déjà prise.
fault-unknown-choice = Veuillez choisir dans la liste.
fault-other = Message du système : { $message }.

## Accueil
home-what = Ce que fait l’application
home-plan = En cours de construction. Vous lisez ici ce qui est prévu ; ce qui fonctionne aujourd’hui est ci-dessous.
home-now-admin = Créez des locataires, donnez-leur des domaines, consultez leurs modèles et ce que les administrateurs ont fait.
home-now = Ce que vous pouvez faire dès maintenant
home-now-playground = Interrogez n’importe quel modèle proposé ici, regardez la réponse arriver et voyez ce qu’elle a consommé.
home-now-account = Suivez votre solde en direct, votre consommation par jour, vos appareils et vos clés d’API.
home-now-api = Gardez vos clients habituels : l’API parle les dialectes d’OpenAI et d’Anthropic.
open-playground = Ouvrir le bac à sable
open-account = Ouvrir votre compte
api-description = Description de l’API

home-family = L’IA en famille, en toute sérénité
home-family-lead = Les enfants posent des questions, les parents fixent le cadre. Chaque question et chaque réponse est vérifiée avant d’être lue.
home-family-1 = Sûr dans les deux sens
home-family-1-text = Les messages sont modérés avant d’atteindre un modèle, et les réponses avant d’atteindre un enfant.
home-family-2 = Des règles fixées par les responsables
home-family-2-text = Décidez qui peut utiliser quel modèle, quand et combien de temps, et mettez un profil en pause à tout moment.
home-family-3 = Un seul portefeuille, des coûts clairs
home-family-3-text = La famille partage des jetons. Vous voyez ce que chaque profil a utilisé, et nul ne peut dépenser plus que le solde.

home-stories = Un dessin devient une histoire
home-stories-lead = L’image d’un enfant se transforme en conte illustré, lu à voix haute, adapté à son âge et dans sa langue.
home-stories-1 = Tout peut servir de départ
home-stories-1-text = Un dessin, une photo, un enregistrement ou quelques mots suffisent pour commencer.
home-stories-2 = Racontée et illustrée
home-stories-2-text = Texte, images et narration naissent ensemble, et leur contenu est vérifié pour les enfants.
home-stories-3 = Des coûts toujours visibles
home-stories-3-text = Chaque étape est mesurée et limitée : une histoire coûte ce qu’elle doit coûter, pas davantage.

home-paybot = Payer au fil d’une conversation
home-paybot-lead = Un dialogue bienveillant demande les données de carte, les vérifie une à une et les remet à Stripe. Rien de sensible n’est conservé.
home-paybot-1 = Une question à la fois
home-paybot-1-text = Le dialogue demande ce qui manque, explique ce qui semble faux et permet de corriger.
home-paybot-2 = La carte ne fait que passer
home-paybot-2-text = Stripe remplace la carte par un jeton. Son numéro n’apparaît dans aucun journal, aucune base et aucune requête à un modèle.
home-paybot-3 = Répéter sans risque
home-paybot-3-text = Un nouvel essai ne débite jamais deux fois, et chaque session prend fin d’elle-même.

home-saas = Une longueur d’avance pour votre produit
home-saas-lead = Connexion, abonnements, envois de fichiers et génération par IA sont déjà reliés : commencez par ce qui vous est propre.
home-saas-1 = Personnes et sessions
home-saas-1-text = Connectez-vous avec votre propre fournisseur d’identité et déconnectez n’importe quel appareil depuis une seule liste.
home-saas-2 = Paiement et abonnements
home-saas-2-text = Offres, essais et factures passent par Stripe et restent à jour grâce à des webhooks signés.
home-saas-3 = L’IA avec un historique
home-saas-3-text = Générez du texte avec le modèle de votre choix, retrouvez-le plus tard et voyez ce qu’il a consommé.

home-market = Un lieu pour la création
home-market-lead = Musique, livres, vidéos et tirages par celles et ceux qui les font, vendus sous leur propre nom de domaine.
home-market-1 = Une boutique par artiste
home-market-1-text = Chaque artiste a son catalogue, son style et son nom de domaine.
home-market-2 = Acheter une fois, télécharger en sécurité
home-market-2-text = Des liens signés ouvrent vos achats sur tous vos appareils, tant qu’ils sont à vous.
home-market-3 = Des prix pour chaque pays
home-market-3-text = Vous voyez le prix dans votre monnaie avant de vous décider.

home-postern = L’entrée de l’exploitation
home-postern-lead = Postern exécute des applications sous forme de fonctions WebAssembly en périphérie du réseau. C’est ici que vous en prenez soin.
home-postern-1 = Locataires et domaines
home-postern-1-text = Créez un locataire, choisissez où ses données sont conservées et donnez-lui son propre domaine.
home-postern-2 = Comptes et attributions
home-postern-2-text = Recherchez un compte, consultez son portefeuille et ses opérations, et attribuez des jetons.
home-postern-3 = Les modèles et leur état
home-postern-3-text = Voyez quels modèles répondent, ce qu’ils coûtent et quel fournisseur est en difficulté.

## Connexion
sign-in-again = Se reconnecter
sign-in-redirect-uri = Cette adresse n’est pas enregistrée
sign-in-redirect-uri-text = Le fournisseur d’identité ne sait pas où vous renvoyer. Pour y remédier, l’équipe d’administration peut enregistrer l’adresse ci-dessous.
sign-in-register = URI de redirection à enregistrer
sign-in-register-text = Elle doit correspondre exactement : schéma, hôte, port et chemin, sans barre oblique finale. « localhost » et « 127.0.0.1 » sont deux hôtes différents.
sign-in-denied = La connexion a été refusée
sign-in-denied-text = Vous ou le fournisseur d’identité y avez mis fin. Rien n’a été modifié.
sign-in-expired = La connexion a pris trop de temps
sign-in-expired-text = Elle a été commencée il y a un moment, ou dans un autre navigateur. Veuillez recommencer ici.
sign-in-mismatch = La réponse ne correspond pas à la demande
sign-in-mismatch-text = Ce qu’a renvoyé le fournisseur d’identité ne correspond pas à la connexion commencée dans ce navigateur. Par sécurité, cela n’a pas été utilisé.
sign-in-unreachable = Le fournisseur d’identité ne répond pas
sign-in-unreachable-text = Cela ne dure en général que quelques minutes. Vous pouvez réessayer.
sign-in-not-configured = La connexion n’est pas encore configurée
sign-in-not-configured-text = Aucun fournisseur d’identité n’est configuré ici. L’équipe d’administration doit en ajouter un.
sign-in-issuer-said = Message du fournisseur d’identité
signed-out = Vous êtes déconnecté
signed-out-text = Cet appareil ne peut plus ouvrir votre compte.
signed-out-issuer = Votre session chez le fournisseur d’identité est peut-être encore ouverte.
sign-out-issuer = S’y déconnecter aussi

## Compte
profile = Profil
account-id = Identifiant du compte
member-since = Membre depuis le
balance = Solde
balance-available = jetons disponibles
balance-held = jetons réservés
balance-posted = jetons comptabilisés
balance-meter = Part disponible de vos jetons
balance-text = Les jetons réservés sont mis de côté pour les requêtes en cours. Ce qu’une requête n’utilise pas redevient disponible.
balance-stale = Ces chiffres ne sont peut-être plus à jour.
usage = Consommation
usage-total = { $tokens ->
    [one] { $tokens } jeton
   *[other] { $tokens } jetons
} en { $count ->
    [one] { $count } requête
   *[other] { $count } requêtes
}
usage-caption = Jetons consommés par jour, entrée et sortie confondues
usage-by-day = Consommation par jour, sous forme de tableau
usage-by-model = Par modèle
usage-empty = Rien de consommé pour l’instant
usage-empty-text = Dès que vous interrogerez un modèle, sa consommation apparaîtra ici, jour par jour.
day = Jour
chart-explore = Explorer ce graphique
chart-failed = Le graphique interactif n’a pas pu être chargé.
transfers = Mouvements
transfer = Mouvement
transfer-post = Comptabilisé
transfer-reserve = Réservé
transfer-settle = Réglé
transfer-void = Libéré
transfers-empty = Aucun mouvement
transfers-empty-text = Chaque jeton reçu ou dépensé figurera ici.
sessions = Appareils
sessions-text = Les appareils où vous êtes connecté. Déconnectez tout appareil que vous ne connaissez pas.
this-device = cet appareil
unknown-device = Appareil inconnu
signed-in-at = Connexion
last-seen = dernière activité
session-revoke-title = Déconnecter cet appareil ?
session-revoke-text = La session y prend fin en moins de 30 secondes. Vous pourrez vous y reconnecter à tout moment.
others-revoke = Déconnecter tous les autres appareils
others-revoke-title = Déconnecter tous les autres appareils ?
others-revoke-text = Vous restez connecté ici. Partout ailleurs, il faudra vous reconnecter.
keys = Clés d’API
keys-text = Une clé permet à un programme d’agir pour vous. Protégez-la comme un mot de passe.
keys-empty = Aucune clé d’API
keys-empty-text = Créez-en une pour utiliser l’API depuis un programme.
key-create = Créer une clé d’API
key-name-hint = Pour la reconnaître plus tard, par exemple le programme qui l’utilise.
key-revoke-title = Révoquer « { $name } » ?
key-revoke-text = Les programmes qui utilisent cette clé seront aussitôt refusés. Cette action est irréversible.
scopes = Autorisations
scope-chat = interroger les modèles et dépenser des jetons
scope-account-read = lire le solde, la consommation et les mouvements
revoke = Révoquer
revoked = révoquée le
last-used = dernière utilisation
never-used = jamais utilisée
new-key = Votre nouvelle clé d’API « { $name } »
new-key-text = Copiez-la maintenant et conservez-la en lieu sûr. Par sécurité, elle n’est affichée que cette fois.

## Bac à sable
conversation = Conversation
prompt = Votre message
prompt-placeholder = Posez une question
model = Modèle
models-empty = Aucun modèle
models-empty-text = Aucun modèle n’est proposé ici. L’équipe d’administration peut y remédier.
chat-empty = Posez la première question
chat-empty-text = Choisissez un modèle ci-dessous et écrivez un message. La réponse apparaîtra ici.
chat-you = Vous
chat-model = Modèle
chat-send = Envoyer
chat-stop = Arrêter
chat-clear = Recommencer
chat-keys = Entrée envoie, Maj + Entrée passe à la ligne, Échap arrête.
chat-available = { $count ->
    [one] Il vous reste { $count } jeton.
   *[other] Il vous reste { $count } jetons.
}
chat-waiting = Le modèle répond…
chat-done = La réponse est complète.
chat-stopped = Arrêté. Vous ne payez que ce qui a été utilisé.
chat-cut = La réponse s’est interrompue. Vous pouvez renvoyer votre message.
chat-spent = Jetons en entrée : { $input }, en sortie : { $output }
chat-offline = Vous êtes hors ligne. Votre message est conservé ici ; envoyez-le une fois la connexion rétablie.
chat-failed = Le modèle n’a pas pu répondre. Réessayez ou choisissez un autre modèle.
chat-signed-out = Votre session a pris fin. Veuillez vous reconnecter.
chat-no-tokens = Vous n’avez pas assez de jetons pour cette requête.
chat-too-many = C’était un peu rapide. Patientez un instant, puis renvoyez le message.

## Administration
overview = Vue d’ensemble
tenants = Locataires
accounts = Comptes
models = Modèles
audit = Journal d’audit
models-up = modèles opérationnels
operations-day = requêtes ces dernières 24 heures
account-find = Rechercher un compte
audit-latest = Dernières modifications
audit-all = Afficher tout le journal d’audit
audit-text = Qui a modifié quoi, et quand. Les entrées ne peuvent être ni modifiées ni supprimées.
audit-empty = Aucune entrée
audit-empty-text = Les actions d’administration figureront ici.
who = Auteur
action = Action
subject = Objet
handle = Identifiant court
app = Application
region = Région
built-in = intégré
tenants-empty = Aucun locataire
tenants-empty-text = Créez le premier ci-dessous.
tenant-create = Créer un locataire
tenant-id = Identifiant du locataire
tenant-name-hint = Tel qu’il sera affiché.
tenant-handle-hint = Fait partie de son adresse : une lettre d’abord, puis des minuscules, des chiffres et des traits d’union.
tenant-region-hint = Là où ses données sont conservées. Ce choix est définitif.
region-auto = Automatique : près de la première requête
region-wnam = Ouest de l’Amérique du Nord
region-enam = Est de l’Amérique du Nord
region-sam = Amérique du Sud
region-weur = Europe de l’Ouest
region-eeur = Europe de l’Est
region-apac = Asie-Pacifique
region-oc = Océanie
region-afr = Afrique
region-me = Moyen-Orient
region-eu = Union européenne uniquement
region-fedramp = Centres de données FedRAMP uniquement
issuers = Émetteurs
issuers-none = Aucun : personne ne peut encore se connecter
domains = Domaines
domain = Domaine
domain-hint = Sans schéma ni port, par exemple boutique.example.com. Son DNS doit pointer vers cette plateforme.
domain-put = Ajouter un domaine
domains-empty = Aucun domaine propre
domains-empty-text = Le locataire est joignable par son identifiant court. Ajoutez un domaine pour lui donner sa propre adresse.
accounts-text = Les comptes sont séparés les uns des autres ; on ne peut donc les trouver que par leur identifiant.
account-id-hint = Commence par acc_. Chacun le trouve sur la page de son compte.
wallet = Portefeuille
grant = Attribuer des jetons
grant-tokens-hint = Un nombre entier supérieur à zéro.
grant-note = Note
grant-note-hint = Pour le journal d’audit, par exemple le motif.
grant-confirm = Attribuer ces jetons ?
grant-confirm-text = Ils sont disponibles aussitôt. L’attribution figure dans les mouvements et dans le journal d’audit.
operations = Opérations
operations-empty = Aucune opération
operations-empty-text = Les requêtes de ce compte aux modèles figureront ici.
outcome = Issue
outcome-done = réussie
outcome-left = abandonnée
outcome-failed = échouée
taken = Prélevés
cost = Coût
duration = Durée
models-text = L’état est ce que cette instance a constaté récemment. Les prix s’entendent par million de jetons.
health = État
health-up = opérationnel
health-degraded = dégradé
health-down = en panne
health-unknown = non sollicité récemment
provider = Fournisseur
providers = Fournisseurs
providers-empty = Aucun fournisseur
providers-empty-text = Les modèles ont besoin d’un fournisseur dans la configuration.
provider-key = Clé
key-set = présente
key-missing = absente
price-input = Prix en entrée
price-output = Prix en sortie
output-max = Limite de sortie
format = Format
address = Adresse

## Problèmes
problem-detail = Précisément
problem-report = Si vous signalez ce problème, merci d’indiquer cet identifiant :
retry-after = { $seconds ->
    [one] Vous pourrez réessayer dans { $seconds } seconde.
   *[other] Vous pourrez réessayer dans { $seconds } secondes.
}
problem-400 = Cette requête est illisible
problem-400-text = Quelque chose n’y est pas comme il faudrait. Revenir en arrière et réessayer suffit en général.
problem-401 = Veuillez vous connecter
problem-401-text = Cette page est réservée aux personnes connectées, ou votre session a pris fin.
problem-402 = Pas assez de jetons
problem-402-text = Votre solde ne couvre pas cette requête. Votre compte indique ce qui est disponible et ce qui est réservé.
problem-403 = Vous n’avez pas accès à cette page
problem-403-text = Vous êtes connecté, mais cette page est réservée à d’autres. L’équipe d’administration peut vous donner accès.
problem-404 = Il n’y a rien ici
problem-404-text = L’adresse est peut-être mal saisie, ou la page a été déplacée ou supprimée.
problem-405 = Cela n’est pas possible ici
problem-405-text = La page existe, mais pas pour ce qui lui est demandé.
problem-409 = Quelqu’un a été plus rapide
problem-409-text = Ce que vous vouliez modifier a changé entre-temps ou existe déjà. Veuillez vérifier.
problem-422 = La saisie contient une erreur
problem-422-text = Veuillez revenir en arrière et vérifier votre saisie.
problem-429 = Trop de requêtes
problem-429-text = Vos requêtes sont plus rapprochées que ce qui est permis ici. Rien n’est perdu : patientez un instant.
problem-500 = Une erreur s’est produite de notre côté
problem-500-text = Vous n’y êtes pour rien, et l’erreur a été enregistrée. Veuillez réessayer dans un instant.
problem-502 = Un service en amont ne répond pas correctement
problem-502-text = Nous avons transmis votre requête sans obtenir de réponse utilisable. Veuillez réessayer dans un instant.
problem-503 = Indisponible pour le moment
problem-503-text = Cela ne dure en général pas. Veuillez réessayer dans un instant.
problem-other = Cela n’a pas fonctionné
offline = Vous êtes hors ligne
offline-text = Il n’y a pas de connexion au réseau. Ce que vous consultiez n’est pas perdu : la page pourra être rechargée une fois la connexion rétablie.

## Invitations
invite = Inviter quelqu’un
invite-text = Un lien donne un rôle à une personne, une seule fois. Il est valable une semaine, pour la personne que le fournisseur connaît à cette adresse.
invite-made = Envoyez ce lien à la personne. Il ne sera plus affiché.
invite-email-hint = Telle que le fournisseur la connaît et l’a vérifiée.
invite-role-hint = Par exemple admin.
invite-make = Créer un lien
role = Rôle
invitation = Invitation
invitation-text = { $tenant } vous invite au rôle « { $role } ».
invitation-until = Valable jusqu’au
invitation-accept = Accepter
notice-invitation-accepted = L’invitation est acceptée.
