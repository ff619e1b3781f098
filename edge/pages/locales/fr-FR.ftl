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

## La boutique sur chaque page
shop = Boutique
my-products = Mes produits
invoices = Factures
orders = Mes commandes
nav-purchases = Vos achats
test-mode = Mode test : aucun paiement réel.
test-mode-text = Les paiements, commandes et factures ne servent ici qu’aux essais.
notice-added-to-cart = L’article est dans votre panier.
notice-cart-updated = Votre panier est à jour.
notice-line-removed = L’article n’est plus dans votre panier.
notice-coupon-applied = Le code promo est appliqué.
notice-coupon-removed = Le code promo est retiré.
notice-country-saved = Vous voyez maintenant les prix de votre pays.
notice-licence-accepted = La licence est acceptée. Vous pouvez télécharger.

## Boutique
product = Produit
kind-digital = Téléchargement
kind-physical = Livré chez vous
kind-tokens = Jetons
kind-top-up = Complément
kind-subscription = Abonnement
kind-bundle = Lot
interval-days = { $count ->
    [one] par jour
   *[other] tous les { $count } jours
}
interval-weeks = { $count ->
    [one] par semaine
   *[other] toutes les { $count } semaines
}
interval-months = { $count ->
    [one] par mois
   *[other] tous les { $count } mois
}
interval-years = { $count ->
    [one] par an
   *[other] tous les { $count } ans
}
tax-included = dont { $label } à { $rate }
tax-included-some = { $label } comprise
tax-added = hors taxes
cart-items = { $count ->
    [one] Panier : { $count } article
   *[other] Panier : { $count } articles
}
country = Pays
country-show = Afficher les prix
country-hint = La devise, les taxes et les livraisons possibles en dépendent.
shop-empty = Rien en vente pour l’instant
shop-empty-text = Rien n’est proposé dans votre pays en ce moment. Revenez plus tard.
shop-first = Revenir aux premiers produits
shop-next = Plus de produits
bundle-holds = Dans ce lot :
sold-out = Épuisé
stock-few = Plus que { $count } en stock
quantity = Quantité
add-to-cart = Ajouter au panier
open-shop = Aller à la boutique
trouble-sold-out = Quelqu’un a été plus rapide : un article de votre panier vient d’être épuisé. Rien n’a été débité.
trouble-busy = Il y a beaucoup de monde en ce moment. Rien n’a été modifié ; réessayez dans un instant.
trouble-no-payments = Le paiement est indisponible en ce moment. Votre panier est conservé ; réessayez plus tard.
trouble-cart-changed = Votre panier a été modifié ailleurs entre-temps. Voici son contenu actuel.
trouble-payment-open = Un paiement de ce panier est déjà en cours. Terminez-le, ou annulez-le là-bas pour modifier le panier.
trouble-too-many-lines = Ce panier est plein. Payez-le d’abord ou retirez un article.
trouble-subscription-alone = Un abonnement se paie séparément. Retirez l’abonnement ou le reste du panier.
trouble-mixed-intervals = Des abonnements payés à des rythmes différents demandent chacun leur commande. Retirez-en un.
trouble-too-little = Ce montant est trop faible pour un paiement par carte. Ajoutez un article.
trouble-not-sent-together = Ces articles ne sont livrés ensemble dans aucun pays. Retirez-en un.

## Panier
cart = Panier
cart-empty = Votre panier est vide
cart-empty-text = Ce que vous ajoutez dans la boutique vous attend ici.
cart-lines = Contenu de votre panier
unit-price = Prix unitaire
line-total = Montant
quantity-of = Quantité de { $name }
update = Mettre à jour
remove = Retirer
price-before = Avant :
price-now = Maintenant :
prices-changed = Des prix ont changé depuis votre dernière visite. Vous payez ceux affichés ici.
line-sold-out = Épuisé. Retirez-le pour continuer.
line-left = Plus que { $count } en stock. Réduisez la quantité.
line-not-here = Non vendu dans votre pays. Retirez-le pour continuer.
line-gone = N’est plus en vente. Retirez-le pour continuer.
shop-on = Poursuivre vos achats
sums = Récapitulatif
coupon = Code promo
coupon-apply = Appliquer
coupon-unknown = Ce code promo n’existe pas. Vérifiez son orthographe.
coupon-expired = Ce code promo a expiré.
coupon-not-yet = Ce code promo n’est pas encore valable.
coupon-used-up = Ce code promo est épuisé.
coupon-used-by-you = Vous avez déjà utilisé ce code promo.
coupon-below-minimum = Ce code promo est valable à partir de { $amount }.
coupon-not-for-these = Ce code promo ne concerne aucun article de votre panier.
coupon-not-here = Ce code promo n’est pas valable pour votre pays ou votre devise.
coupon-not-together = Ce code promo ne se cumule pas avec celui déjà appliqué.
coupon-on-subscription = Les codes promo ne s’appliquent pas aux abonnements.
coupon-again = Ce code promo est déjà appliqué.
coupon-sign-in = Connectez-vous d’abord : ce code promo est réservé à certains clients.
subtotal = Sous-total
discount = Remise
rounding = Arrondi
total = Total
recurring = Puis { $amount } { $interval }, jusqu’à résiliation.
cart-sent = Un article de votre panier est expédié. Vous indiquez l’adresse au moment de payer.
checkout = Passer au paiement
checkout-text = Vous payez sur la page de Stripe. Rien n’est débité avant votre confirmation.
checkout-off = Ce panier ne peut pas être payé en l’état. La raison est indiquée plus haut.
checkout-sign-in = Se connecter pour payer
checkout-sign-in-text = Votre panier est conservé pendant la connexion.
payment-go-on = Aller au paiement

## Après un paiement
return-paid = Merci, votre paiement est reçu
return-paid-text = Vos achats sont à votre disposition.
return-processing = Votre paiement est en cours de confirmation
return-processing-text = Vous pouvez quitter cette page sans crainte. Rien n’est débité deux fois, et vos achats apparaîtront d’eux-mêmes dans « Mes produits ».
return-refresh = Cette page s’actualise d’elle-même.
return-still = Arrêter l’actualisation
return-slow = Certains moyens de paiement prennent du temps, jusqu’à quelques jours pour un virement. Cette page ne s’actualise plus d’elle-même.
return-failed = Le paiement n’a pas abouti
return-failed-text = Rien n’a été débité. Votre panier est conservé : réessayez ou choisissez un autre moyen de paiement.
return-cancelled = Vous n’avez pas payé
return-cancelled-text = Vous êtes revenu avant de payer et rien n’a été débité. Votre panier est resté tel quel.
return-expired = La page de paiement a expiré
return-expired-text = Elle est restée ouverte trop longtemps et rien n’a été débité. Votre panier est conservé : vous pouvez recommencer.
return-refunded = Ce paiement a été remboursé
return-refunded-text = La somme vous revient par le même moyen de paiement, en général sous cinq à dix jours.
return-sent = Les articles à expédier sont en préparation.
bought = Vos achats
tokens-credited = { $count ->
    [one] { $count } jeton a été ajouté à votre solde.
   *[other] { $count } jetons ont été ajoutés à votre solde.
}
order = Commande
open-products = Ouvrir « Mes produits »
open-invoice = Voir la facture
open-orders = Voir mes commandes
look-again = Actualiser
back-to-cart = Revenir au panier

## Mes produits
products-empty = Vous n’avez encore rien acheté
products-empty-text = Vos achats figureront ici, avec leurs téléchargements.
entitlement-active = à vous
entitlement-pending = paiement en cours
entitlement-pending-text = Le paiement est en cours de confirmation. Les téléchargements s’ouvriront ensuite d’eux-mêmes.
entitlement-suspended = suspendu
entitlement-suspended-text = Le paiement de cet achat est contesté. En attendant la décision, il ne peut pas être téléchargé.
entitlement-refunded = remboursé
entitlement-refunded-text = Cet achat vous a été remboursé ; il ne peut donc plus être téléchargé.
entitlement-expired = expiré
entitlement-expired-text = La période pour laquelle vous l’avez acheté est terminée.
owned-since = depuis le
owned-until = jusqu’au
devices-used = appareils : { $used } sur { $max }
downloads-used = téléchargements : { $used } sur { $max }
downloads-used-up = Vous avez utilisé tous vos téléchargements. Écrivez au vendeur s’il vous en faut un autre.
download = Télécharger
download-all = Tout télécharger en zip
licence-text = Avant de télécharger, veuillez lire la licence :
licence-accept = J’ai lu la licence et je l’accepte.
licence-missed = Cochez cette case pour continuer.
licence-go-on = Accepter la licence
licence-accepted = acceptée le
subscriptions = Abonnements
subscription-active = actif
subscription-trial = essai
subscription-past-due = paiement échoué
subscription-ending = se termine bientôt
subscription-paused = en pause
subscription-incomplete = paiement en cours
subscription-ended = terminé
past-due-text = Le dernier paiement a échoué. Vérifiez votre moyen de paiement pour conserver l’abonnement.
renews-on = prochain paiement le
trial-until = gratuit jusqu’au
ends-on = prend fin le
ended-on = terminé le
portal = Gérer l’abonnement
portal-hint = Modifiez-le, mettez-le en pause ou résiliez-le, et choisissez votre moyen de paiement sur la page de Stripe.
window-of = Utilisé sur cette période ({ $unit })
window-until = Repart à zéro le
window-extra = plus { $count } en supplément ({ $unit })
window-80 = 80 % de votre forfait est utilisé.
window-90 = 90 % de votre forfait est utilisé. Il pourrait ne pas suffire pour toute la période.
window-100 = Votre forfait est épuisé pour cette période. Ajoutez un complément depuis la boutique pour continuer.
window-100-extra = Votre forfait est épuisé pour cette période. Vous utilisez maintenant votre complément.

## Commandes
orders-empty = Aucune commande
orders-empty-text = Chaque commande figurera ici avec son état.
number = Numéro
date = Date
status = État
invoice = Facture
invoice-of = Voir la facture de la commande { $number }
view = Voir
order-open = à payer
order-processing = paiement en cours
order-paid = payée
order-sent = expédiée
order-failed = paiement échoué
order-cancelled = annulée
order-partly-refunded = remboursée en partie
order-refunded = remboursée
order-disputed = contestée

## Factures
invoices-empty = Aucune facture
invoices-empty-text = Chaque paiement aura ici sa facture.
open-as = Ouvrir
invoice-draft = brouillon
invoice-open = à payer
invoice-paid = payée
invoice-void = annulée
invoice-uncollectible = impayée
invoice-partly-refunded = remboursée en partie
invoice-refunded = remboursée
invoice-number = Facture { $number }
invoice-lines = Éléments facturés
seller = Vendeur
buyer = Acheteur
tax-id = N° fiscal : { $id }
issued = Émise le
paid-on = Payée le
due-on = Échéance
tax-rate = Taux
tax = Taxe
tax-at = { $label } { $rate }
line-gross = Montant TTC
line-net = Montant HT
refunded-on = Remboursé le
remaining = Total après remboursement
taxes = Taxes par taux
taxes-included = Taxes par taux, comprises dans le total
net = Base HT
tax-amount = Montant de la taxe
invoice-at-stripe = Cette facture chez Stripe
invoice-print = Votre navigateur imprime cette page sous forme de facture.

## Pourquoi un téléchargement est refusé
refused-not-bought = Ce produit ne vous appartient pas encore
refused-not-bought-text = Seules les personnes qui l’ont acheté peuvent le télécharger. Si c’est votre cas, vérifiez que vous utilisez le même compte.
refused-refunded = Cet achat a été remboursé
refused-refunded-text = Vous avez été remboursé ; il ne peut donc plus être téléchargé. Vous pouvez le racheter dans la boutique.
refused-disputed = Cet achat est suspendu pour l’instant
refused-disputed-text = Le paiement est contesté. Si le litige est tranché en faveur du vendeur ou retiré, vous pourrez de nouveau le télécharger.
refused-expired = La période est terminée
refused-expired-text = Vous l’aviez pour une durée limitée, désormais écoulée. Vous pouvez le racheter ou le renouveler.
refused-device-limit = Trop d’appareils
refused-device-limit-text = Il a déjà été téléchargé sur le nombre d’appareils prévu. Utilisez l’un d’eux ou écrivez au vendeur.
refused-use-limit = Plus de téléchargements disponibles
refused-use-limit-text = Vous l’avez téléchargé autant de fois que convenu. Écrivez au vendeur s’il vous le faut encore une fois.
refused-licence = La licence d’abord
refused-licence-text = Veuillez lire et accepter la licence dans « Mes produits ». Le téléchargement s’ouvrira ensuite.
refused-link-used-up = Ce lien a déjà servi
refused-link-used-up-text = Chaque lien ne sert que quelques fois, afin que personne d’autre ne l’utilise. Obtenez-en un nouveau dans « Mes produits ».
refused-link-expired = Ce lien a expiré
refused-link-expired-text = Les liens ne sont valables que peu de temps. Obtenez-en un nouveau dans « Mes produits » ; vos achats restent à vous.
refused-link-broken = Ce lien est incomplet
refused-link-broken-text = Une partie s’en est perdue, peut-être lors d’une copie. Obtenez-en un nouveau dans « Mes produits ».
refused-too-many = Trop de téléchargements à la fois
refused-too-many-text = Il y a eu plus de téléchargements en peu de temps qu’une personne n’en fait d’ordinaire. Rien n’est perdu : patientez un instant.

## Pays
country-ae = Émirats arabes unis
country-at = Autriche
country-au = Australie
country-be = Belgique
country-bg = Bulgarie
country-bh = Bahreïn
country-br = Brésil
country-ca = Canada
country-ca-ab = Canada, Alberta
country-ca-bc = Canada, Colombie-Britannique
country-ca-mb = Canada, Manitoba
country-ca-nb = Canada, Nouveau-Brunswick
country-ca-nl = Canada, Terre-Neuve-et-Labrador
country-ca-ns = Canada, Nouvelle-Écosse
country-ca-nt = Canada, Territoires du Nord-Ouest
country-ca-nu = Canada, Nunavut
country-ca-on = Canada, Ontario
country-ca-pe = Canada, Île-du-Prince-Édouard
country-ca-qc = Canada, Québec
country-ca-sk = Canada, Saskatchewan
country-ca-yt = Canada, Yukon
country-ch = Suisse
country-cy = Chypre
country-cz = Tchéquie
country-de = Allemagne
country-dk = Danemark
country-ee = Estonie
country-es = Espagne
country-fi = Finlande
country-fr = France
country-gb = Royaume-Uni
country-gr = Grèce
country-hk = Hong Kong
country-hr = Croatie
country-hu = Hongrie
country-ie = Irlande
country-im = Île de Man
country-in = Inde
country-is = Islande
country-it = Italie
country-jp = Japon
country-kr = Corée du Sud
country-li = Liechtenstein
country-lt = Lituanie
country-lu = Luxembourg
country-lv = Lettonie
country-mc = Monaco
country-mt = Malte
country-mx = Mexique
country-nl = Pays-Bas
country-no = Norvège
country-nz = Nouvelle-Zélande
country-pl = Pologne
country-pt = Portugal
country-ro = Roumanie
country-se = Suède
country-sg = Singapour
country-si = Slovénie
country-sk = Slovaquie
country-tw = Taïwan
country-ug = Ouganda
country-us = États-Unis
country-za = Afrique du Sud
