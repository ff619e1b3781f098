### British English: only what differs from `en-US.ftl`, which holds everything else.

scheme = Colour scheme
home-paybot-lead = A friendly dialogue asks for card details, checks each of them, and hands them to Stripe. Nothing sensitive is kept.
home-paybot-1-text = The dialogue asks for what is missing, explains what looks wrong, and lets people correct it.
home-market-1-text = Every creator has a catalogue, a look and a domain of their own.
key-name-hint = So that you recognise it later, for example the program that uses it.
region-fedramp = FedRAMP data centres only
notice-licence-accepted = The licence is accepted. You can download now.
licence-text = Before you download it, please read its licence:
licence-accept = I have read the licence and accept it.
licence-go-on = Accept the licence
order-cancelled = cancelled
refused-disputed-text = The payment for it is disputed. If that is settled in the seller’s favour, or the dispute is withdrawn, you can download it again.
refused-licence = The licence comes first
refused-licence-text = Please read and accept the licence under My Products. After that, the download opens.
