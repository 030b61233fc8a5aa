//! Manual changes on either side, and which of them must survive.

use super::*;

/// The fields that Planyo may send as `null` if blank.
const BLANKS: [&str; 5] = ["email", "address", "city", "zip", "mobile_number"];

/// The source values that a field is made of.
pub fn source_of(field: &str, user: &User) -> String {
    let parts: &[&String] = match field {
        "Name" => &[&user.first_name, &user.last_name],
        "Email" => &[&user.email],
        "City" => &[&user.city],
        "Zipcode" => &[&user.zip],
        "Mobile" => &[&user.mobile_number],
        "VATNumber" => &[],
        _ => &[&user.address],
    };
    let properties = match field {
        "Name" | "VATNumber" => format!("{:?}", user.properties),
        _ => String::new(),
    };
    format!("{parts:?} {properties}")
}

pub fn vat_of(user: &User) -> Option<&str> {
    user.properties.get("vat_number")?.as_deref()
}

/// Whether a user can become a customer.
pub fn is_readable(user: &User) -> bool {
    let has_company = user.properties.get("company").is_some_and(Option::is_some);
    let has_name = !user.first_name.is_empty() || !user.last_name.is_empty();
    user.malformed.is_none() && vat_of(user) != Some(WRONG_VAT) && (has_name || has_company)
}

pub fn vat_number(pick: Pick, id: u64) -> String {
    let number = match pick {
        Pick::Own(version) => 4_500_000 + id * 10 + u64::from(version),
        Pick::Shared(version) => 4_031_707 + u64::from(version),
    };
    format!("BE{number:08}{:02}", 97 - number % 97)
}

/// Writes what was picked into a user.
pub fn write(user: &mut User, edit: &Edit) {
    let id = user.id;
    match edit {
        Edit::Name(Pick::Own(version)) => {
            user.first_name = "Person".to_owned();
            user.last_name = format!("Number{id}v{version}");
        }
        Edit::Name(Pick::Shared(version)) => {
            user.first_name = "Ann".to_owned();
            user.last_name = ["Peeters", "D'Hondt"][usize::from(*version)].to_owned();
        }
        Edit::Email(Pick::Own(version)) => user.email = format!("p{id}v{version}@example.com"),
        Edit::Email(Pick::Shared(version)) => user.email = format!("Shared{version}@example.com"),
        Edit::Address(Pick::Own(0)) => user.address = format!("Kerkstraat {id}"),
        Edit::Address(Pick::Own(_)) => user.address = format!("Nieuwstraat {id} bus 3"),
        Edit::Address(Pick::Shared(version)) => user.address = format!("Dorp {version}"),
        Edit::Vat(pick) => {
            let number = vat_number(*pick, id);
            user.properties.insert("vat_number".into(), Some(number));
        }
        Edit::Mobile(Pick::Own(version)) => user.mobile_number = format!("4701{version}{id:04}"),
        Edit::Mobile(Pick::Shared(version)) => user.mobile_number = format!("47099000{version}"),
        Edit::Company(company) => {
            let name = company.map(|company| COMPANIES[usize::from(company)].to_owned());
            user.properties.insert("company".into(), name);
        }
        Edit::City(city) => user.city = CITIES[usize::from(*city)].to_owned(),
        Edit::Zip(zip) => user.zip = ZIPS[usize::from(*zip)].to_owned(),
        Edit::Blank(0) => user.mobile_number.clear(),
        Edit::Blank(1) => user.email.clear(),
        Edit::Blank(2) => user.city.clear(),
        Edit::Blank(3) => user.address.clear(),
        Edit::Blank(4) => drop(user.properties.insert("vat_number".into(), None)),
        Edit::Blank(_) => {
            user.first_name.clear();
            user.last_name.clear();
        }
        Edit::BreakVat => {
            let wrong = Some(WRONG_VAT.to_owned());
            user.properties.insert("vat_number".into(), wrong);
        }
        Edit::Garble => user.malformed = Some(json!({"id": {"no": id}, "email": user.email})),
        Edit::Mend => {
            user.malformed = None;
            user.properties.remove("vat_number");
        }
    }
}

pub fn by_hand(field: &str, value: u8) -> Value {
    let value = match field {
        "Email" => format!("hand{value}@example.com"),
        "StreetNumber" | "Box" => format!("{}", 70 + value),
        "City" => ["Ieper", "Gent", "Luik"][usize::from(value)].to_owned(),
        "Zipcode" => ["8900", "9000", "4000"][usize::from(value)].to_owned(),
        "Mobile" => format!("+3247099000{value}"),
        "VATNumber" => vat_number(Pick::Shared(value), 0),
        _ => format!("By hand {value}"),
    };
    json!(value)
}

impl Machine {
    pub fn change(&mut self, change: &Move) {
        match change {
            Move::Known(who, kind) => {
                let Some(user) = self.user(*who) else { return };
                let name = format!("{} {}", user.first_name, user.last_name);
                self.world.sandbox.billit.add(json!({
                    "Name": name.to_uppercase(), "Email": user.email, "PartyType": kind, "City": "Elders",
                }));
            }
            Move::Clock(minutes) => {
                let billit = &self.world.sandbox.billit;
                let step = Duration::from_secs(60 * minutes.unsigned_abs());
                let now = billit.clock();
                billit.set_clock(if *minutes < 0 { now - step } else { now + step });
            }
            Move::ByHand(which, ..)
            | Move::Duplicate(which, _)
            | Move::Double(which)
            | Move::Unlink(which)
            | Move::LinkElsewhere(which)
            | Move::RemoveParty(which) => {
                if let Some(party) = self.party(*which) {
                    self.change_party(party, change);
                }
            }
            _ => self.change_user(change),
        }
    }

    fn change_user(&mut self, change: &Move) {
        const MOST_USERS: usize = 7;
        let planyo = &self.world.sandbox.planyo;
        match change {
            Move::Add([name, email, address, mobile]) => {
                if self.users().len() >= MOST_USERS {
                    return;
                }
                let mut user = person(self.next_user);
                user.created_by_admin = self.next_user.is_multiple_of(2);
                user.reservations = u32::from(!user.created_by_admin);
                if self.setting.blanks_are_null {
                    user.null_fields = BLANKS.map(str::to_owned).into();
                }
                self.next_user += 1;
                write(&mut user, &Edit::Name(*name));
                write(&mut user, &Edit::Email(*email));
                write(&mut user, &Edit::Address(*address));
                write(&mut user, &Edit::Mobile(*mobile));
                planyo.add(user);
            }
            Move::Edit(who, edit) => {
                let Some(user) = self.user(*who) else { return };
                planyo.edit(user.id, |user| write(user, edit));
                self.unmark(user.id);
            }
            Move::Swap(one, other) => {
                let (Some(one), Some(other)) = (self.user(*one), self.user(*other)) else {
                    return;
                };
                for (from, to) in [(&one, &other), (&other, &one)] {
                    planyo.edit(to.id, |user| {
                        user.email = from.email.clone();
                        let number = from.properties.get("vat_number").cloned().flatten();
                        user.properties.insert("vat_number".into(), number);
                    });
                }
                for swapped in [one.id, other.id] {
                    self.unmark(swapped);
                }
            }
            Move::Remove(who) => {
                let Some(user) = self.user(*who) else { return };
                planyo.remove(user.id);
                self.gone.push(user);
            }
            Move::Return(which) => {
                let place = usize::from(*which).checked_rem(self.gone.len());
                let Some(place) = place else { return };
                planyo.add(self.gone.remove(place));
            }
            Move::PlanyoClock(seconds) => {
                planyo.configure(|settings| settings.clock_offset_seconds = *seconds);
            }
            other => unreachable!("{other:?} is of a party"),
        }
    }

    fn change_party(&mut self, mut party: Map<String, Value>, change: &Move) {
        let billit = &self.world.sandbox.billit;
        let id = id_of(&party);
        match change {
            Move::ByHand(_, field, value) => {
                // A user without a name is not a customer, and Billit has no such party.
                let value = match (value, *field) {
                    (None, "Name") => return,
                    (value, field) => value.map_or(Value::Null, |value| by_hand(field, value)),
                };
                billit.edit(id, |party| {
                    drop(party.insert((*field).to_owned(), value));
                });
                self.mark(id, field);
            }
            Move::Duplicate(_, kind) => {
                for field in ["PartyID", "Created", "LastModified", OF_THE_LINK] {
                    party.remove(field);
                }
                party.insert("PartyType".to_owned(), json!(kind));
                billit.add(Value::Object(party));
            }
            Move::Double(_) => {
                party.remove("PartyID");
                self.doubled |= party.contains_key(OF_THE_LINK);
                billit.add(Value::Object(party));
            }
            Move::Unlink(_) | Move::LinkElsewhere(_) => {
                billit.edit(id, |party| match change {
                    Move::Unlink(_) => drop(party.remove(OF_THE_LINK)),
                    _ => drop(party.insert(OF_THE_LINK.to_owned(), json!(format!("crm-{id}")))),
                });
                self.marks.retain(|mark| mark.party != id);
            }
            _ => {
                billit.remove(id);
                self.marks.retain(|mark| mark.party != id);
                self.unmapped.retain(|(party, _), _| *party != id);
            }
        }
    }

    /// A correction has to survive only while the source value is unchanged.
    fn unmark(&mut self, user: u64) {
        let after = self.world.sandbox.planyo.user(user).unwrap();
        let stays = |mark: &Mark| source_of(mark.field, &after) == mark.source;
        self.marks.retain(|mark| mark.user != user || stays(mark));
    }

    /// Records a correction that has to survive.
    pub fn mark(&mut self, party: i64, field: &'static str) {
        self.marks
            .retain(|mark| (mark.party, mark.field) != (party, field));
        let after = self.world.sandbox.billit.party(party).unwrap();
        if UNMAPPED.contains(&field) {
            let value = after.get(field).cloned().unwrap_or_default();
            self.unmapped.insert((party, field), value);
            return;
        }
        let user = text(&after, OF_THE_LINK).and_then(|link| link.strip_prefix("planyo:"));
        let user = user.and_then(|id| id.parse::<u64>().ok());
        let Some(user) = user.and_then(|id| self.world.sandbox.planyo.user(id)) else {
            return;
        };
        let remembered = self.state();
        // A store in memory has it at once.
        let remembered = remembered.customer(&key(&user)).now_or_never();
        let remembered = remembered.unwrap().unwrap();
        let knows = remembered
            .and_then(|known| known.party)
            .is_some_and(|known| known.get() == party);
        let source = source_of(field, &user);
        let is_seen =
            self.seen.get(&user.id).map(|seen| source_of(field, seen)) == Some(source.clone());
        if knows && is_seen {
            self.marks.push(Mark {
                user: user.id,
                party,
                field,
                value: string(&after, field),
                source,
            });
        }
    }
}
