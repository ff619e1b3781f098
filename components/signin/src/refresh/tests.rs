use super::*;

const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
const CURRENT: [u8; 32] = [2; 32];
const PREVIOUS: [u8; 32] = [1; 32];
const OLDER: [u8; 32] = [0; 32];
const GO: Decision = Decision::Go { confirm: false };

/// A session whose newest token is in use, with access for another five minutes.
fn row() -> Row {
    Row {
        generation: 2,
        current: CURRENT,
        previous: Some(PREVIOUS),
        rotated_at: NOW,
        confirmed_at: Some(NOW),
        access_until: NOW.plus_ms(300_000),
        attempts: 0,
        lease_until: None,
        revoked_at: None,
    }
}

fn at(row: &Row, presented: [u8; 32], ms: i64) -> Decision {
    decide(row, &presented, NOW.plus_ms(ms))
}

#[test]
fn the_newest_token_goes_on_until_access_is_nearly_over() {
    let due = 300_000 - AHEAD_MS;
    assert_eq!(at(&row(), CURRENT, 0), GO);
    assert_eq!(at(&row(), CURRENT, due - 1), GO);
    let lease_until = NOW.plus_ms(due + LEASE_MS);
    assert_eq!(at(&row(), CURRENT, due), Decision::Refresh { lease_until });
    assert!(matches!(at(&row(), CURRENT, 86_400_000), Decision::Refresh { .. }));
}

#[test]
fn the_first_use_of_a_token_is_written_down() {
    let fresh = Row { confirmed_at: None, ..row() };
    assert_eq!(at(&fresh, CURRENT, 0), Decision::Go { confirm: true });
    let first = Row { generation: 0, previous: None, ..fresh };
    assert_eq!(at(&first, CURRENT, 0), Decision::Go { confirm: true });
}

#[test]
fn an_old_token_is_good_for_the_grace_after_its_successors_first_use() {
    let used = Row { confirmed_at: Some(NOW.plus_ms(100_000)), ..row() };
    assert_eq!(at(&used, PREVIOUS, 100_000), GO);
    assert_eq!(at(&used, PREVIOUS, 100_000 + GRACE_MS - 1), GO);
    assert_eq!(at(&used, PREVIOUS, 100_000 + GRACE_MS), Decision::Revoke);
}

#[test]
fn an_old_token_whose_successor_was_lost_gets_another() {
    let lost = Row { confirmed_at: None, ..row() };
    assert_eq!(at(&lost, PREVIOUS, GRACE_MS - 1), GO);
    assert_eq!(at(&lost, PREVIOUS, GRACE_MS), Decision::Reissue);
    // On the next morning the issuer is asked, too.
    assert!(matches!(at(&lost, PREVIOUS, 86_400_000), Decision::Refresh { .. }));
}

#[test]
fn any_other_token_of_the_session_ends_it() {
    assert_eq!(at(&row(), OLDER, 0), Decision::Revoke);
    let first = Row { previous: None, ..row() };
    assert_eq!(at(&first, PREVIOUS, 0), Decision::Revoke);
    let ended = Row { revoked_at: Some(NOW), ..row() };
    for token in [CURRENT, PREVIOUS, OLDER] {
        assert_eq!(at(&ended, token, 0), Decision::Ended);
    }
}

#[test]
fn one_renews_and_the_others_go_on() {
    let leased = Row { attempts: 1, lease_until: Some(NOW.plus_ms(300_000 + LEASE_MS)), ..row() };
    assert_eq!(at(&leased, CURRENT, 300_000), GO);
    assert_eq!(at(&leased, CURRENT, 300_000 + LEASE_MS - 1), GO);
    // Whoever had the lease has died.
    let next = at(&leased, CURRENT, 300_000 + LEASE_MS);
    assert_eq!(next, Decision::Refresh { lease_until: NOW.plus_ms(300_000 + 2 * LEASE_MS) });
    // Two tabs of a browser that slept for a night: the second must not be turned away.
    let night = 30_000_000;
    let leased = Row { attempts: 1, lease_until: Some(NOW.plus_ms(night + LEASE_MS)), ..row() };
    assert_eq!(at(&leased, CURRENT, night + 1), GO);
}

#[test]
fn a_lease_from_a_clock_far_ahead_holds_nobody_up() {
    let ahead = Row { attempts: 1, lease_until: Some(NOW.plus_ms(9_000_000)), ..row() };
    assert!(matches!(at(&ahead, CURRENT, 300_000), Decision::Refresh { .. }));
}

#[test]
fn an_outage_of_the_issuer_is_borne_for_a_while() {
    let end = 300_000 + OUTAGE_MS;
    let leased = |ms: i64| Row { attempts: 2, lease_until: Some(NOW.plus_ms(ms + 5_000)), ..row() };
    assert_eq!(at(&leased(end - 1), CURRENT, end - 1), GO);
    assert_eq!(at(&leased(end), CURRENT, end), Decision::Wait { retry_after_ms: 5_000 });

    let failed = |failure, ms| after_failure(&row(), failure, NOW.plus_ms(ms));
    for failure in [TokenFailure::Unavailable, TokenFailure::Malformed, TokenFailure::ClientRefused]
    {
        assert_eq!(failed(failure, end - 1), GO);
        assert_eq!(failed(failure, end), Decision::Wait { retry_after_ms: LEASE_MS });
    }
    // What the issuer says about the person counts at once.
    assert_eq!(failed(TokenFailure::GrantRefused, 0), Decision::Revoke);
}

/// The statements of the module's documentation, on one row. Each says whether it changed it.
mod sql {
    use super::*;

    pub fn confirm(row: &mut Row, generation: i64, now: UnixMillis) {
        if row.generation == generation && row.confirmed_at.is_none() {
            row.confirmed_at = Some(now);
        }
    }

    pub fn lease(
        row: &mut Row,
        read: &Row,
        hash: [u8; 32],
        until: UnixMillis,
        now: UnixMillis,
    ) -> bool {
        let same = row.generation == read.generation && row.lease_until == read.lease_until;
        let newest = row.current == hash;
        if !same || row.revoked_at.is_some() || !(newest || row.confirmed_at.is_none()) {
            return false;
        }
        row.lease_until = Some(until);
        row.attempts += 1;
        row.confirmed_at = if newest { row.confirmed_at.or(Some(now)) } else { None };
        true
    }

    pub fn rotate(
        row: &mut Row,
        generation: i64,
        until: UnixMillis,
        hashes: [[u8; 32]; 2],
        now: UnixMillis,
    ) -> bool {
        let mine = row.generation == generation && row.lease_until == Some(until);
        if !mine || row.revoked_at.is_some() {
            return false;
        }
        let [hash, new] = hashes;
        *row = Row {
            generation: generation + 1,
            current: new,
            previous: Some(hash),
            rotated_at: now,
            confirmed_at: None,
            access_until: now.plus_ms(150_000),
            attempts: 0,
            lease_until: None,
            revoked_at: None,
        };
        true
    }

    pub fn reissue(row: &mut Row, generation: i64, hashes: [[u8; 32]; 2], now: UnixMillis) -> bool {
        let [hash, new] = hashes;
        let same = row.generation == generation && row.confirmed_at.is_none();
        if !same || row.previous != Some(hash) || row.revoked_at.is_some() {
            return false;
        }
        row.generation += 1;
        row.current = new;
        row.rotated_at = now;
        true
    }
}

/// A request on its way.
#[derive(Clone, Copy)]
struct Flight {
    token: [u8; 32],
    step: Step,
    at: i64,
}

#[derive(Clone, Copy)]
enum Step {
    /// Arrives at the edge, for the first or the second time that it decides.
    Decide { again: bool },
    /// The row was read and decided about; the statement arrives.
    Act { read: Row, decision: Decision, again: bool },
    /// The issuer has answered.
    Granted { generation: i64, until: UnixMillis },
    /// The answer arrives in the browser with a new token.
    Answer { new: [u8; 32] },
}

/// A deterministic source of chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: i64) -> i64 {
        // Knuth's MMIX constants.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

/// A browser with some tabs, the row, and time.
struct World {
    row: Row,
    jar: [u8; 32],
    made: u8,
    flights: Vec<Flight>,
    chance: Chance,
    /// How often the issuer was asked with a refresh token, by generation.
    asked: Vec<i64>,
    reissued: u32,
}

impl World {
    fn new(seed: u64) -> Self {
        let row =
            Row { generation: 0, current: [0; 32], previous: None, confirmed_at: None, ..row() };
        let row = Row { access_until: NOW.plus_ms(60_000), ..row };
        Self {
            row,
            jar: [0; 32],
            made: 0,
            flights: Vec::new(),
            chance: Chance(seed),
            asked: Vec::new(),
            reissued: 0,
        }
    }

    fn new_token(&mut self) -> [u8; 32] {
        self.made += 1;
        [self.made; 32]
    }

    /// Moves one request on by one step. `None` when it is done.
    fn step(&mut self, flight: Flight) -> Option<Flight> {
        let now = NOW.plus_ms(flight.at);
        let token = flight.token;
        let (step, after_ms) = match flight.step {
            Step::Decide { again } => {
                let read = self.row;
                let decision = decide(&read, &token, now);
                (Step::Act { read, decision, again }, self.chance.below(300))
            }
            Step::Act { read, decision, again } => match decision {
                Decision::Go { confirm } => {
                    if confirm {
                        sql::confirm(&mut self.row, read.generation, now);
                    }
                    return None;
                }
                Decision::Refresh { lease_until } => {
                    if sql::lease(&mut self.row, &read, token, lease_until, now) {
                        self.asked.push(read.generation);
                        let granted =
                            Step::Granted { generation: read.generation, until: lease_until };
                        (granted, self.chance.below(5_000))
                    } else {
                        assert!(!again, "a race is lost once");
                        (Step::Decide { again: true }, 0)
                    }
                }
                Decision::Reissue => {
                    let new = self.new_token();
                    if sql::reissue(&mut self.row, read.generation, [token, new], now) {
                        self.reissued += 1;
                        (Step::Answer { new }, self.chance.below(2_000))
                    } else {
                        assert!(!again, "a race is lost once");
                        (Step::Decide { again: true }, 0)
                    }
                }
                other => panic!("an honest browser met {other:?} at {}", flight.at),
            },
            Step::Granted { generation, until } => {
                let new = self.new_token();
                assert!(sql::rotate(&mut self.row, generation, until, [token, new], now));
                (Step::Answer { new }, self.chance.below(2_000))
            }
            Step::Answer { new } => {
                // One answer in four is lost.
                if self.chance.below(4) > 0 {
                    self.jar = new;
                }
                return None;
            }
        };
        Some(Flight { token, step, at: flight.at + after_ms })
    }

    /// Runs the requests whose turn has come.
    fn run_until(&mut self, ms: i64) {
        loop {
            let due = self.flights.iter().enumerate().filter(|(_, flight)| flight.at <= ms);
            let Some((index, _)) = due.min_by_key(|(_, flight)| flight.at) else { return };
            let flight = self.flights.swap_remove(index);
            let next = self.step(flight);
            self.flights.extend(next);
        }
    }

    fn send(&mut self, ms: i64) {
        let at = ms + self.chance.below(1_000);
        self.flights.push(Flight { token: self.jar, step: Step::Decide { again: false }, at });
    }
}

/// Tabs that ask whenever they like, with access that lasts some minutes and answers that are lost:
/// no honest browser is ever taken for a thief, and the issuer never sees a refresh token twice.
#[test]
fn honest_tabs_survive_whatever_the_network_does() {
    let mut reissued = 0;
    for seed in 0..100 {
        let mut world = World::new(seed);
        let mut ms = 0;
        for _ in 0..120 {
            // Bursts of tabs, then silence of up to three minutes.
            for _ in 0..=world.chance.below(4) {
                world.send(ms);
            }
            let silence_ms = if world.chance.below(3) == 0 { 180_000 } else { 3_000 };
            ms += world.chance.below(silence_ms);
            world.run_until(ms);
        }
        world.run_until(i64::MAX);
        assert!(world.row.revoked_at.is_none() && world.asked.len() > 5);
        assert!(world.asked.windows(2).all(|pair| pair[0] < pair[1]), "seed {seed}");
        reissued += world.reissued;
    }
    assert!(reissued > 100, "the simulation loses answers: {reissued}");
}

/// A thief has copied the token. Whichever of the two renews, the other one's next request past the
/// grace ends the session.
#[test]
fn a_copied_token_ends_the_session() {
    let mut row = Row { generation: 0, current: [1; 32], previous: None, ..row() };
    let due = NOW.plus_ms(300_000);
    let Decision::Refresh { lease_until } = decide(&row, &[1; 32], due) else { panic!("not due") };
    let read = row;
    assert!(sql::lease(&mut row, &read, [1; 32], lease_until, due));
    assert!(sql::rotate(&mut row, 0, lease_until, [[1; 32], [2; 32]], due));
    // The one who renewed goes on with the new token.
    assert_eq!(decide(&row, &[2; 32], due.plus_ms(10)), Decision::Go { confirm: true });
    sql::confirm(&mut row, 1, due.plus_ms(10));
    // The other one still has the old one.
    let late = due.plus_ms(10 + GRACE_MS);
    assert_eq!(decide(&row, &[1; 32], late), Decision::Revoke);
}
