//! Every text of the pages, in three languages.

macro_rules! words {
    ($($name:ident: $nl:literal, $fr:literal, $en:literal;)*) => {
        /// The texts in one language.
        #[allow(missing_docs)]
        pub struct Words { $(pub $name: &'static str,)* }
        /// Dutch.
        pub static NL: Words = Words { $($name: $nl,)* };
        /// French.
        pub static FR: Words = Words { $($name: $fr,)* };
        /// English.
        pub static EN: Words = Words { $($name: $en,)* };
    };
}

words! {
    lang: "nl", "fr", "en";
    overview: "Overzicht", "Aperçu", "Overview";
    to_decide: "Te beslissen", "À décider", "To decide";
    runs: "Wat er gebeurd is", "Ce qui a été fait", "What was done";
    customers: "Klanten", "Clients", "Customers";
    health: "Verloop", "Évolution", "Over time";
    log_in: "Inloggen", "Se connecter", "Log in";
    log_out: "Uitloggen", "Se déconnecter", "Log out";
    user_name: "Naam", "Nom", "Name";
    password: "Wachtwoord", "Mot de passe", "Password";
    wrong_password: "Naam of wachtwoord klopt niet.", "Le nom ou le mot de passe n'est pas correct.", "The name or the password is not right.";
    too_many: "Te vaak geprobeerd. Wacht tien minuten.", "Trop d'essais. Attendez dix minutes.", "Too many attempts. Wait ten minutes.";
    expired: "Het formulier is verlopen. Ga terug en probeer opnieuw.", "Le formulaire a expiré. Revenez en arrière et réessayez.", "The form has expired. Go back and try again.";
    not_found: "Dit bestaat niet (meer).", "Ceci n'existe pas (ou plus).", "This does not exist (any more).";
    something_failed: "Het is niet gelukt", "Cela n'a pas réussi", "It did not work";
    last_full: "Laatste vergelijking van alle klanten", "Dernière comparaison de tous les clients", "Last comparison of all customers";
    never_yet: "Nog niet gebeurd.", "Pas encore faite.", "Not done yet.";
    compare_now: "Nu alle klanten vergelijken", "Comparer tous les clients maintenant", "Compare all customers now";
    show_plan: "Eerst tonen wat er zou veranderen", "Montrer d'abord ce qui changerait", "Show first what would change";
    started: "Het is begonnen. Het resultaat verschijnt hier.", "C'est commencé. Le résultat apparaîtra ici.", "It has begun. The result will be shown here.";
    going_on: "Bezig", "En cours", "Going on";
    limit_title: "Gestopt: te veel klanten zouden tegelijk veranderen", "Arrêté : trop de clients changeraient en même temps", "Stopped: too many customers would change at once";
    limit_text: "Er is niets veranderd in Billit. Kijk wat er zou veranderen; als het klopt, ga dan door.", "Rien n'a été changé dans Billit. Regardez ce qui changerait ; si c'est juste, continuez.", "Nothing was changed in Billit. Look at what would change; if it is right, go on.";
    limit_tick: "Ik heb gekeken. Ga door, ook al zijn het er veel.", "J'ai regardé. Continuer, même s'il y en a beaucoup.", "I have looked. Go on, although they are many.";
    waiting_now: "Wacht om bijgewerkt te worden", "En attente de mise à jour", "Waiting to be updated";
    none_waits: "Niemand wacht.", "Personne n'attend.", "Nobody waits.";
    notifications: "Berichten van Planyo sinds de start", "Messages de Planyo depuis le démarrage", "Messages from Planyo since the start";
    last_message: "Het laatste", "Le dernier", "The last one";
    passed_over: "Niet gebruikt", "Non utilisés", "Not used";
    none: "Geen", "Aucun", "None";
    alerts_open: "Aan de hand", "À signaler", "What is wrong";
    all_well: "Alles in orde.", "Tout va bien.", "All is well.";
    failed_customers: "Niet gelukt", "Échecs", "Did not work";
    since: "sinds", "depuis", "since";
    when: "Wanneer", "Quand", "When";
    what: "Wat", "Quoi", "What";
    count: "Aantal", "Nombre", "Number";
    reason: "Reden", "Raison", "Reason";
    shape: "Velden", "Champs", "Fields";
    customer: "Klant", "Client", "Customer";
    nobody_waits: "Niemand wacht op een beslissing.", "Personne n'attend de décision.", "Nobody waits for a decision.";
    answered: "Al beslist", "Déjà décidé", "Already decided";
    why_ambiguous: "In Billit staat al iemand die hier sterk op lijkt. Is dat dezelfde klant?", "Dans Billit, quelqu'un lui ressemble beaucoup. Est-ce le même client ?", "Billit has somebody who looks very much like this customer. Is it the same one?";
    why_several: "In Billit staan meerdere contacten die deze klant kunnen zijn. Wie is het?", "Dans Billit, plusieurs contacts peuvent être ce client. Lequel est-ce ?", "Billit has several contacts that may be this customer. Which one is it?";
    why_shared: "Een andere klant in Planyo heeft hetzelfde e-mailadres of nummer. In Billit zouden ze één contact worden. Verbeter een van beide in Planyo.", "Un autre client dans Planyo a la même adresse e-mail ou le même numéro. Dans Billit, ils deviendraient un seul contact. Corrigez l'un des deux dans Planyo.", "Another customer in Planyo has the same e-mail address or number. In Billit both would become one contact. Correct one of them in Planyo.";
    why_conflict: "Het contact in Billit hoort al bij een andere klant van Planyo.", "Le contact dans Billit appartient déjà à un autre client de Planyo.", "The contact in Billit belongs to another customer of Planyo already.";
    why_quarantined: "Er klopt iets niet in de gegevens. Verbeter ze in Planyo, en probeer opnieuw.", "Quelque chose n'est pas correct dans les données. Corrigez-les dans Planyo, puis réessayez.", "Something in the data is not right. Correct it in Planyo, then try again.";
    why_failed: "Billit heeft de gegevens niet aangenomen.", "Billit n'a pas accepté les données.", "Billit has not accepted the data.";
    why_erased: "Deze klant is in Planyo gewist. In Billit staat het contact nog.", "Ce client a été effacé dans Planyo. Le contact est encore dans Billit.", "This customer was erased in Planyo. The contact is still in Billit.";
    in_planyo: "In Planyo", "Dans Planyo", "In Planyo";
    in_billit: "In Billit", "Dans Billit", "In Billit";
    open_in_billit: "Openen in Billit", "Ouvrir dans Billit", "Open in Billit";
    only_differs: "Gekleurd is wat verschilt.", "Les différences sont en couleur.", "What differs is coloured.";
    it_is_this: "Het is deze", "C'est celui-ci", "It is this one";
    it_is_new: "Geen van deze: nieuw contact maken", "Aucun de ceux-ci : créer un contact", "None of these: make a new contact";
    leave_alone: "Zo laten", "Laisser ainsi", "Leave as it is";
    later: "Later", "Plus tard", "Later";
    try_again: "Opnieuw proberen", "Réessayer", "Try again";
    same_for_all: "Hetzelfde voor alle klanten van deze soort", "La même chose pour tous les clients de ce genre", "The same for all customers of this kind";
    take_back: "Terugnemen", "Revenir dessus", "Take back";
    linked_to: "gekoppeld aan", "lié à", "linked to";
    made_new: "nieuw contact gemaakt", "nouveau contact créé", "new contact made";
    left_alone: "zo gelaten", "laissé ainsi", "left as it is";
    put_off: "uitgesteld", "reporté", "put off";
    asked_again: "De gegevens zijn intussen veranderd. Beslis opnieuw.", "Les données ont changé entre-temps. Décidez à nouveau.", "The data has changed meanwhile. Decide again.";
    decided_before: "Eerder beslist", "Décidé auparavant", "Decided before";
    cannot_read: "De gegevens kunnen nu niet gelezen worden", "Les données ne peuvent pas être lues maintenant", "The data cannot be read now";
    plan: "Wat er zou veranderen", "Ce qui changerait", "What would change";
    plan_making: "Planyo en Billit worden gelezen. Deze pagina ververst zichzelf.", "Planyo et Billit sont en cours de lecture. Cette page se rafraîchit.", "Planyo and Billit are being read. This page reloads by itself.";
    plan_applying: "Wordt uitgevoerd. Deze pagina ververst zichzelf.", "En cours d'exécution. Cette page se rafraîchit.", "Being carried out. This page reloads by itself.";
    plan_done: "Uitgevoerd.", "Exécuté.", "Carried out.";
    plan_nothing: "Er is niets te veranderen.", "Il n'y a rien à changer.", "There is nothing to change.";
    plan_gone: "Dit overzicht is er niet meer. Maak het opnieuw.", "Cet aperçu n'existe plus. Refaites-le.", "This plan is gone. Make it again.";
    plan_left_out: "Wat niet aangevinkt is, wordt overgeslagen.", "Ce qui n'est pas coché est sauté.", "What is not ticked is left out.";
    plan_more: "andere, in de bestanden hieronder", "autres, dans les fichiers ci-dessous", "more, in the files below";
    run_more: "andere klanten, in het CSV-bestand", "autres clients, dans le fichier CSV", "more customers, in the CSV file";
    carry_out: "Uitvoeren", "Exécuter", "Carry out";
    files: "Als bestand", "En fichier", "As a file";
    decide_in_sheet: "Beslis in het rekenblad (kolom decision) en geef het hier terug", "Décidez dans le tableur (colonne decision) et rendez-le ici", "Decide in the spreadsheet (column decision) and give it back here";
    upload: "Teruggeven", "Rendre", "Give it back";
    without_changes: "Zonder veranderingen", "Sans changement", "Without changes";
    undo: "Ongedaan maken", "Annuler", "Undo";
    undo_first: "Toont eerst wat er terug verandert.", "Montre d'abord ce qui sera rétabli.", "Shows first what will be changed back.";
    field: "Veld", "Champ", "Field";
    before: "Voordien", "Avant", "Before";
    after: "Nadien", "Après", "After";
    from: "Van", "De", "From";
    search: "Zoeken", "Chercher", "Search";
    search_hint: "Naam, e-mail, nummer, of id in Planyo of Billit", "Nom, e-mail, numéro, ou id dans Planyo ou Billit", "Name, e-mail, number, or id in Planyo or Billit";
    found_none: "Niemand gevonden.", "Personne trouvé.", "Nobody found.";
    history: "Geschiedenis", "Historique", "History";
    calls: "Wat er verstuurd is", "Ce qui a été envoyé", "What was sent";
    answer: "Antwoord", "Réponse", "Answer";
    sync_now: "Nu bijwerken", "Mettre à jour maintenant", "Update now";
    forget: "Vergeten", "Oublier", "Forget";
    forget_first: "Wist persoonlijke gegevens in Billit en hier. Toont eerst wat er gewist wordt.", "Efface les données personnelles dans Billit et ici. Montre d'abord ce qui sera effacé.", "Erases personal data in Billit and here. Shows first what will be erased.";
    peppol: "Peppol", "Peppol", "Peppol";
    reachable: "ontvangt facturen", "reçoit des factures", "receives invoices";
    not_reachable: "ontvangt geen facturen via Peppol", "ne reçoit pas de factures par Peppol", "receives no invoices over Peppol";
    last_outcome: "Laatste resultaat", "Dernier résultat", "Last result";
    as_csv: "Als CSV", "En CSV", "As CSV";
    created: "nieuw", "nouveaux", "new";
    updated: "veranderd", "modifiés", "changed";
    linked: "gekoppeld", "liés", "linked";
    unchanged: "gelijk", "identiques", "equal";
    skipped: "overgeslagen", "sautés", "left out";
    conflict: "van een ander", "d'un autre", "of another";
    ambiguous: "onduidelijk", "pas clairs", "unclear";
    quarantined: "fout in gegevens", "données erronées", "wrong data";
    failed: "mislukt", "échoués", "failed";
    missing: "niet meer in Planyo", "plus dans Planyo", "not in Planyo any more";
    by_source: "Planyo", "Planyo", "Planyo";
    by_notification: "Planyo, door een bericht", "Planyo, par un message", "Planyo, by a message";
    by_billit: "iemand in Billit", "quelqu'un dans Billit", "somebody in Billit";
    by_undo: "ongedaan gemaakt", "annulation", "undone";
    by_itself: "vanzelf", "automatique", "by itself";
    seconds: "seconden", "secondes", "seconds";
    duplicates: "Misschien dubbel", "Peut-être en double", "Perhaps twice";
    equal_fields: "Wat gelijk is", "Ce qui est identique", "What is equal";
    yes: "ja", "oui", "yes";
    no: "nee", "non", "no";
    f_name: "Naam", "Nom", "Name";
    f_commercial_name: "Handelsnaam", "Nom commercial", "Commercial name";
    f_email: "E-mail", "E-mail", "E-mail";
    f_phone: "Telefoon", "Téléphone", "Phone";
    f_mobile: "Gsm", "GSM", "Mobile";
    f_street: "Straat", "Rue", "Street";
    f_number: "Huisnummer", "Numéro", "House number";
    f_box: "Bus", "Boîte", "Box";
    f_zip: "Postcode", "Code postal", "Postcode";
    f_city: "Gemeente", "Localité", "City";
    f_country: "Land", "Pays", "Country";
    f_vat: "Btw-nummer", "Numéro de TVA", "VAT number";
    f_vat_liable: "Btw-plichtig", "Assujetti à la TVA", "Liable to VAT";
    f_deductible: "Btw aftrekbaar", "TVA déductible", "VAT deductible";
    f_language: "Taal", "Langue", "Language";
    f_nr: "Klantnummer", "Numéro de client", "Customer number";
    f_link: "Koppeling met Planyo", "Lien avec Planyo", "Link to Planyo";
    f_first: "Voornaam contact", "Prénom du contact", "First name of the contact";
    f_last: "Achternaam contact", "Nom du contact", "Last name of the contact";
    f_terms: "Betaaltermijn (dagen)", "Délai de paiement (jours)", "Days to pay";
    a_fail: "Klanten konden niet in Billit gezet worden", "Des clients n'ont pas pu être mis dans Billit", "Customers could not be written to Billit";
    a_wait: "Klanten wachten op een beslissing", "Des clients attendent une décision", "Customers wait for a decision";
    a_limit: "Te veel klanten zouden tegelijk veranderen", "Trop de clients changeraient en même temps", "Too many customers would change at once";
    a_no_pass: "Al lang zijn niet alle klanten vergeleken", "Depuis longtemps, tous les clients n'ont pas été comparés", "All customers have not been compared for long";
    a_planyo: "Planyo weigert de sleutel", "Planyo refuse la clé", "Planyo refuses the key";
    a_billit: "Billit weigert de sleutel", "Billit refuse la clé", "Billit refuses the key";
    a_properties: "Een veld in Planyo is nieuw of verdwenen", "Un champ dans Planyo est nouveau ou a disparu", "A field in Planyo is new or gone";
    a_messages: "Berichten aan klanten wachten op iemand", "Des messages aux clients attendent quelqu'un", "Messages to customers wait for a person";
    import: "Importeren", "Importer", "Import";
    import_customers: "Klanten van Planfy", "Clients de Planfy", "Customers of Planfy";
    import_text: "Een CSV van Planfy voegt klanten toe en werkt ze bij met hun planfy_id. Eerst wordt getoond wat er zou veranderen. Wie niet in het bestand staat, blijft zoals hij is.", "Un CSV de Planfy ajoute des clients et les met à jour par leur planfy_id. D'abord, on montre ce qui changerait. Ceux qui ne sont pas dans le fichier restent tels quels.", "A CSV of Planfy adds customers, and updates them by their planfy_id. What would change is shown first. Whoever is not in the file stays as they are.";
    import_appointments: "Afspraken van Planfy", "Rendez-vous de Planfy", "Appointments of Planfy";
    appointments_text: "Een CSV met alle afspraken: id, planfy_id, resource, booked, ends, state. Het vervangt de vorige.", "Un CSV avec tous les rendez-vous : id, planfy_id, resource, booked, ends, state. Il remplace le précédent.", "A CSV of all appointments: id, planfy_id, resource, booked, ends, state. It replaces the one before.";
    appointments_taken: "Afspraken overgenomen", "Rendez-vous repris", "Appointments taken";
    nothing_taken: "Niets is overgenomen: een regel die niet begrepen wordt, kan iemands volgende afspraak zijn.", "Rien n'est repris : une ligne incomprise peut être le prochain rendez-vous de quelqu'un.", "Nothing is taken: a line that is not understood may be somebody's next appointment.";
    no_planfy: "Planfy wordt niet gebruikt. Zet dit in de instellingen om het te gebruiken:", "Planfy n'est pas utilisé. Pour l'utiliser, mettez ceci dans les réglages :", "Planfy is not used. To use it, write this in the settings:";
    csv_file: "CSV-bestand", "Fichier CSV", "CSV file";
    show_first: "Tonen", "Montrer", "Show";
    faults: "niet begrepen", "pas compris", "not understood";
    line: "Regel", "Ligne", "Line";
    column: "Kolom", "Colonne", "Column";
    consequence: "Gevolg", "Conséquence", "Consequence";
    taken_without: "De klant wordt zonder dit overgenomen.", "Le client est repris sans cela.", "The customer is taken without it.";
    not_taken: "De regel wordt niet overgenomen.", "La ligne n'est pas reprise.", "The line is not taken.";
    more: "andere", "autres", "more";
    new_customers: "Nieuwe klanten", "Nouveaux clients", "New customers";
    changed_customers: "Veranderde klanten", "Clients modifiés", "Changed customers";
    all: "Alle", "Tous", "All";
    as_planfy_csv: "Als CSV van Planfy", "En CSV de Planfy", "As Planfy's CSV";
    record: "Alle gegevens en notities", "Toutes les données et notes", "All data and notes";
    properties: "Eigen velden", "Champs personnalisés", "Custom forms";
    notes: "Notities", "Notes", "Notes";
    note: "Notitie", "Note", "Note";
    add: "Toevoegen", "Ajouter", "Add";
    value: "Waarde", "Valeur", "Value";
    by_whom: "Door", "Par", "By";
    p_address: "Adres", "Adresse", "Address";
    p_town: "Plaats", "Lieu", "Town";
    p_dob: "Geboortedatum", "Date de naissance", "Date of birth";
    p_gender: "Geslacht", "Sexe", "Gender";
    p_occupation: "Beroep", "Profession", "Occupation";
    recalls: "Herinneringen", "Rappels", "Reminders";
    r_none_set: "Er zijn nog geen regels: schrijf in de instellingen bij `[recalls]` wie na welke afspraak opnieuw gevraagd wordt, wanneer en hoe (een voorbeeld staat in service.toml).", "Il n'y a pas encore de règles : écrivez dans les réglages sous `[recalls]` qui est invité à revenir, après quel rendez-vous, quand et comment (un exemple se trouve dans service.toml).", "There are no rules yet: write in the settings, under `[recalls]`, who is asked to come again after which appointment, when and how (there is an example in service.toml).";
    r_unclear: "Verstuurd of niet?", "Envoyé ou non ?", "Sent or not?";
    r_unclear_text: "Van deze berichten is niet zeker of ze verstuurd zijn. Kijk het na en zeg het hier: pas dan gaat het verder.", "On ne sait pas si ces messages sont partis. Vérifiez et dites-le ici : rien d'autre n'est envoyé avant.", "It is not certain whether these messages were sent. Find out and say it here: nothing more is sent before.";
    r_interrupted: "Het programma werd onderbroken.", "Le programme a été interrompu.", "The program was interrupted.";
    r_was_sent: "Het is verstuurd", "Il est parti", "It was sent";
    r_was_not_sent: "Het is niet verstuurd: opnieuw versturen", "Il n'est pas parti : renvoyer", "It was not sent: send it again";
    r_failed: "Niet verstuurd", "Non envoyés", "Not sent";
    r_begun: "Begonnen", "Commencé", "Begun";
    r_letters: "Brieven", "Lettres", "Letters";
    r_letters_due: "Brieven aan de beurt", "Lettres à faire", "Letters that are due";
    r_letters_hint: "Wie geen adres heeft, krijgt geen brief.", "Sans adresse, pas de lettre.", "Whoever has no address gets no letter.";
    r_make: "Maak de brieven die aan de beurt zijn", "Faire les lettres à faire", "Make the letters that are due";
    r_made_none: "Er is geen brief gemaakt: er is geen aan de beurt, of de klanten hebben geen adres.", "Aucune lettre n'a été faite : aucune n'est à faire, ou les clients n'ont pas d'adresse.", "No letter was made: none is due, or the customers have no address.";
    r_left_out: "Deze brieven staan niet in het bestand, omdat de klant er niet meer is of geen adres meer heeft", "Ces lettres ne sont pas dans le fichier, car le client n'existe plus ou n'a plus d'adresse", "These letters are not in the file, since the customer is gone or has no address any more";
    r_download: "Het bestand met de andere", "Le fichier avec les autres", "The file with the others";
    r_all_open: "alle open", "tous en cours", "all open";
    r_scheduled: "gepland", "prévu", "scheduled";
    r_due: "aan de beurt", "à envoyer", "due";
    r_sent: "verstuurd", "envoyé", "sent";
    r_answered: "heeft geantwoord", "a répondu", "answered";
    r_converted: "heeft geboekt", "a réservé", "booked";
    r_cancelled: "geannuleerd", "annulé", "cancelled";
    r_rule: "Regel", "Règle", "Rule";
    r_due_day: "Op", "Le", "Due on";
    r_status: "Stand", "État", "Status";
    r_messages: "Berichten", "Messages", "Messages";
    r_waits: "Wacht op boeking", "Attend la réservation", "Waits for booking";
    r_email: "e-mail", "e-mail", "e-mail";
    r_sms: "sms", "SMS", "SMS";
    r_letter: "brief", "lettre", "letter";
    r_show: "Tonen", "Montrer", "Show";
    r_by_hand: "Met de hand gepland door", "Prévu à la main par", "Scheduled by hand by";
    r_after_visit: "Na de afspraak", "Après le rendez-vous", "After the appointment";
    r_falls_due: "Aan de beurt", "À envoyer à partir de ce jour", "Falls due";
    r_booking: "Boeking", "Réservation", "Booking";
    r_not_yet: "afloop nog niet bekend", "résultat pas encore connu", "outcome not known yet";
    r_again_at: "opnieuw om", "à nouveau à", "again at";
    r_rule_gone: "Deze regel staat niet meer in de instellingen: er wordt niets meer verstuurd.", "Cette règle n'est plus dans les réglages : plus rien n'est envoyé.", "This rule is not in the settings any more: nothing more is sent.";
    r_cancel: "Annuleren", "Annuler", "Cancel";
    r_has_answered: "De klant heeft geantwoord", "Le client a répondu", "The customer has answered";
    r_not_changed: "Er is niets veranderd", "Rien n'a été changé", "Nothing was changed";
    r_is_already: "het staat al op", "son état est déjà", "its status is already";
    r_sent_already: "dit is al verstuurd", "ceci est déjà envoyé", "this was sent already";
    r_say_first: "zeg eerst of dit verstuurd is", "dites d'abord si ceci est parti", "say first whether this was sent";
    r_not_begun: "dit wacht niet (meer) op een antwoord", "ceci n'attend pas (ou plus) de réponse", "this does not wait for an answer (any more)";
    r_has_booking: "de klant heeft een boeking", "le client a une réservation", "the customer has a booking";
    r_schedule: "Een herinnering plannen", "Prévoir un rappel", "Schedule a reminder";
    r_after: "Na hoeveel tijd (leeg: zoals de regel zegt)", "Après combien de temps (vide : selon la règle)", "After how long (blank: as the rule says)";
    r_unit: "Eenheid", "Unité", "Unit";
    r_number: "Schrijf een getal van 1 tot 520.", "Écrivez un nombre de 1 à 520.", "Write a number from 1 to 520.";
    r_is_there: "Deze herinnering staat er al.", "Ce rappel existe déjà.", "This reminder is there already.";
    r_opted_out: "Wil geen berichten per", "Ne veut pas de messages par", "Wants no messages by";
    r_save: "Bewaren", "Enregistrer", "Save";
    r_day: "dag", "jour", "day";
    r_days: "dagen", "jours", "days";
    r_week: "week", "semaine", "week";
    r_weeks: "weken", "semaines", "weeks";
    r_month: "maand", "mois", "month";
    r_months: "maanden", "mois", "months";
    r_year: "jaar", "an", "year";
    r_years: "jaar", "ans", "years";
    r_preview: "Voorbeeld van de berichten", "Aperçu des messages", "Preview of the messages";
    r_own_language: "die van de klant", "celle du client", "that of the customer";
    r_example: "De klant heeft geen herinnering van deze regel: de dagen en wat er geboekt was zijn een voorbeeld.", "Le client n'a pas de rappel de cette règle : les jours et ce qui a été réservé sont un exemple.", "The customer has no reminder of this rule: the days and what was booked are an example.";
    r_no_customer: "Deze klant is er niet.", "Ce client n'existe pas.", "There is no such customer.";
    r_bad_customer: "De gegevens van deze klant kloppen niet, dus er wordt niets verstuurd", "Les données de ce client ne sont pas correctes, donc rien n'est envoyé", "The data of this customer is not right, so nothing is sent";
    r_no_address: "De klant heeft hiervoor geen adres of nummer: dit wordt overgeslagen.", "Le client n'a pas d'adresse ou de numéro pour ceci : c'est sauté.", "The customer has no address or number for this: it is left out.";
    r_to: "Aan", "À", "To";
    r_subject: "Onderwerp", "Objet", "Subject";
    r_segments: "Aantal sms'en", "Nombre de SMS", "Number of SMS";
    r_unicode: "een letter in de tekst maakt dat er maar 70 letters in een sms gaan", "une lettre du texte limite un SMS à 70 lettres", "a letter in the text makes an SMS hold only 70 letters";
    r_conversion: "Wat het opbrengt", "Ce que cela apporte", "What comes of it";
    r_conversion_text: "Per maand van het eerste bericht, de laatste 60 maanden", "Par mois du premier message, les 60 derniers mois", "Per month of the first message, the last 60 months";
    r_with_message: "Met een bericht", "Avec un message", "With a message";
    r_booked: "Geboekt", "Réservé", "Booked";
    changes: "Wijzigingen", "Modifications", "Changes";
    anybody: "iedereen", "tout le monde", "anybody";
    any_field: "alle velden", "tous les champs", "all fields";
    by_import: "import", "import", "import";
    older: "Ouder", "Plus ancien", "Older";
    from_day: "Van", "Du", "From";
    to_day: "Tot en met", "Jusqu'au", "To";
    show: "Tonen", "Afficher", "Show";
    searched_until: "Gezocht tot", "Recherché jusqu'au", "Searched back to";
    perhaps_written: "misschien niet geschreven", "peut-être pas écrit", "perhaps not written";
    csv_limit: "Het bestand heeft ten hoogste 20 000 regels. Kies dagen voor wat ouder is.", "Le fichier a 20 000 lignes au plus. Choisissez des jours pour ce qui est plus ancien.", "The file has 20,000 lines at most. Choose days for what is older.";
    w_decision: "Beslissing", "Décision", "Decision";
    w_reminder: "Herinnering", "Rappel", "Reminder";
    w_forgotten: "Vergeten", "Oublié", "Forgotten";
    taken_back: "teruggenomen", "repris", "taken back";
    a_reminders: "Er is nog iets met de hand te doen voor een vergeten klant", "Il reste quelque chose à faire à la main pour un client oublié", "Something is to be done by hand for a forgotten customer";
    deletions: "Vergeten klanten", "Clients oubliés", "Forgotten customers";
    refused: "Kan nu niet vergeten worden", "Ne peut pas être oublié maintenant", "Cannot be forgotten now";
    r_bookings: "Er zijn nog reservaties die niet voorbij zijn. Wacht tot ze voorbij zijn, of annuleer ze.", "Il y a encore des réservations qui ne sont pas terminées. Attendez qu'elles le soient, ou annulez-les.", "There are bookings that are not over. Wait until they are, or cancel them.";
    r_unpaid: "Er zijn facturen die niet betaald zijn.", "Il y a des factures impayées.", "There are invoices that are not paid.";
    r_unknown: "Billit zegt niet of er onbetaalde facturen zijn. Probeer later opnieuw.", "Billit ne dit pas s'il y a des factures impayées. Réessayez plus tard.", "Billit does not tell whether there are unpaid invoices. Try again later.";
    r_gone: "De gegevens konden niet gelezen worden.", "Les données n'ont pas pu être lues.", "The data could not be read.";
    erased_in_billit: "Wordt gewist in Billit", "Sera effacé dans Billit", "Will be erased in Billit";
    no_party: "In Billit is geen contact met deze klant verbonden: daar wordt niets gewist.", "Dans Billit, aucun contact n'est lié à ce client : rien n'y sera effacé.", "No contact in Billit is linked to this customer: nothing is erased there.";
    stays_in_billit: "Blijft in Billit", "Reste dans Billit", "Stays in Billit";
    n_invoices: "Het staat op facturen, die de boekhoudwet ongewijzigd wil.", "Cela figure sur des factures, que la loi comptable veut inchangées.", "It stands on invoices, which the law on bookkeeping wants as they are.";
    n_party: "De koppeling verdwijnt. Het contact zelf blijft, zonder deze gegevens: Billit laat geen contact verwijderen.", "Le lien disparaît. Le contact lui-même reste, sans ces données : Billit ne permet pas de le supprimer.", "The link goes. The contact itself stays, without this data: Billit lets nobody delete one.";
    n_bookings: "De bron zegt niet of er nog reservaties zijn die niet voorbij zijn. Kijk dat eerst na.", "La source ne dit pas s'il y a encore des réservations qui ne sont pas terminées. Vérifiez d'abord.", "The source cannot tell whether there are bookings that are not over. Look there first.";
    erased_here: "Wordt hier gewist", "Sera effacé ici", "Will be erased here";
    erased_here_list: "Wat over de klant bijgehouden wordt, de geschiedenis, beslissingen, wat er verstuurd is, de wijzigingen, herinneringen aan de klant en afmeldingen daarvoor. Bewaard blijft alleen het bewijs, met het nummer van de klant maar zonder persoonlijke gegevens, en een onleesbaar merkteken waardoor de klant niet terugkomt.", "Ce qui est retenu du client, l'historique, les décisions, ce qui a été envoyé, les modifications, les rappels au client et ses désinscriptions. Ne restent que la preuve, avec le numéro du client mais sans données personnelles, et une marque illisible qui empêche le client de revenir.", "What is remembered of the customer, the history, decisions, what was sent, the changes, recalls and opt-outs. All that is kept is the evidence, with the number of the customer but without personal data, and an unreadable mark by which the customer does not come back.";
    by_hand: "Daarna met de hand te doen", "À faire ensuite à la main", "To be done by hand afterwards";
    do_delete: "De klant verwijderen in", "Supprimer le client dans", "Delete the customer in";
    do_delete_it: "De klant in de bron verwijderd", "Client supprimé dans la source", "Customer deleted in the source";
    do_backups: "De reservekopieën van Planfy bevatten de klant niet meer: sluit het dossier", "Les sauvegardes de Planfy ne contiennent plus le client : clôturez le dossier", "Planfy's backups do not hold the customer any more: close the case";
    reminded: "Een herinnering verschijnt vanzelf op het overzicht.", "Un rappel apparaîtra de lui-même dans l'aperçu.", "A reminder will appear on the overview by itself.";
    anonymised: "Afspraken die zonder naam blijven staan", "Rendez-vous qui restent, sans nom", "Appointments that stay, without a name";
    forget_now: "Nu vergeten", "Oublier maintenant", "Forget now";
    forgotten_done: "De klant is vergeten.", "Le client est oublié.", "The customer is forgotten.";
    to_do: "Met de hand te doen", "À faire à la main", "To be done by hand";
    coming: "Later", "Plus tard", "Later";
    tick: "Gedaan", "Fait", "Done";
    unfinished: "niet afgewerkt", "pas terminé", "not finished";
    plan_again: "Opnieuw tonen en uitvoeren", "Montrer et exécuter à nouveau", "Show and carry out again";
    evidence: "Bewijs", "Preuve", "Evidence";
    per_night: "Per nacht, de laatste 60", "Par nuit, les 60 dernières", "Per night, the last 60";
}

/// The first of the languages that the browser asks for and that there is; English otherwise.
#[must_use]
pub fn of(accept_language: &str) -> &'static Words {
    let mut asked: Vec<(f32, &str)> = Vec::new();
    for part in accept_language.split(',') {
        let mut parts = part.trim().split(';');
        let language = parts.next().unwrap_or_default().trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
        asked.push((weight.unwrap_or(1.0), language));
    }
    asked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let known = asked.iter().find_map(|(_, language)| {
        match language.get(..2)?.to_ascii_lowercase().as_str() {
            "nl" => Some(&NL),
            "fr" => Some(&FR),
            "en" => Some(&EN),
            _ => None,
        }
    });
    known.unwrap_or(&EN)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_language_that_is_wanted_most_and_is_there() {
        for (asked, language) in [
            ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
            ("de-DE, fr;q=0.4, nl;q=0.6", "nl"),
            ("FR", "fr"),
            ("", "en"),
            ("é, x;q=z", "en"),
        ] {
            assert_eq!(of(asked).lang, language, "{asked}");
        }
    }
}
