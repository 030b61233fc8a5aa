//! Time and memory of reading a Planfy export of a million customers, compared with the csv crate on the same file.
//! Results: `BENCHMARKS.md`.
//!
//! Memory is the peak of the whole process (`VmHWM`), so the shorter file is read first.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use customer_sync::planfy::{self, Column, Reader};

const ROWS: usize = 1_000_000;
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (short, long) = (
        folder.path().join("short.csv"),
        folder.path().join("long.csv"),
    );
    export(&short, ROWS / 10);
    export(&long, ROWS);
    let size = fs::metadata(&long).unwrap().len();
    println!("{ROWS} rows, {} MB", size / 1_000_000);

    let kib = || peak().unwrap_or_default();
    println!(
        "peak memory: {} KiB before, {} KiB after a tenth of the rows, {} KiB after all",
        kib(),
        after(&short),
        after(&long)
    );

    let rules = planfy::rules("shop");
    let what: [(&str, &dyn Fn() -> usize); 3] = [
        ("the baseline: csv crate, byte records", &|| baseline(&long)),
        ("rows", &|| rows(&long)),
        ("customers", &|| {
            let customers =
                open(&long).filter(|row| planfy::customer(row.as_ref().unwrap(), &rules).is_ok());
            customers.count()
        }),
    ];
    // In turn, so that noise affects all alike.
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..RUNS {
        for ((_, read), times) in what.iter().zip(&mut times) {
            let start = Instant::now();
            assert_eq!(black_box(read()), ROWS);
            times.push(start.elapsed());
        }
    }
    let fastest = times.each_ref().map(|times| *times.iter().min().unwrap());
    for (((name, _), times), best) in what.iter().zip(&mut times).zip(fastest) {
        times.sort();
        let share = |time: Duration| fastest[0].as_secs_f64() / time.as_secs_f64();
        println!(
            "{name:<40} fastest {:>6.0} ms  median {:>6.0} ms  {:>5.2} of the baseline's speed",
            best.as_secs_f64() * 1e3,
            times[RUNS / 2].as_secs_f64() * 1e3,
            share(best),
        );
    }
}

fn open(path: &Path) -> Reader<File> {
    Reader::new(File::open(path).unwrap()).unwrap()
}

fn rows(path: &Path) -> usize {
    let rows = open(path).filter(|row| {
        row.as_ref()
            .unwrap()
            .as_ref()
            .unwrap()
            .get(Column::Email)
            .is_some()
    });
    rows.count()
}

fn baseline(path: &Path) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .buffer_capacity(64 * 1024)
        .from_reader(File::open(path).unwrap());
    let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).unwrap() {
        rows += usize::from(record.get(7).is_some());
    }
    rows
}

/// The peak after reading a file.
fn after(path: &Path) -> u64 {
    rows(path);
    peak().unwrap_or_default()
}

/// The peak memory of this process in KiB, on Linux.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim_end().parse().ok()
}

/// A plausible export: a non-ASCII letter in each row, a quoted cell, two undocumented columns.
fn export(path: &Path, rows: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "planfy_id,name,address,town,city,country,postcode,email,mobile_number,dob,gender,occupation,btw nummer,allergy").unwrap();
    for id in 0..rows {
        writeln!(
            file,
            "{id},Zoë D'Hondt-Peeters,\"Kerkstraat {}, bus 3\",,Gent,België,9000,zoe{id}@example.com,+32 470 12 34 56,1980-02-29,female,arts,,nuts",
            id % 300
        )
        .unwrap();
    }
    file.into_inner().unwrap();
}
