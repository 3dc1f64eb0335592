use std::io::BufRead;

fn print(form: &str) {
    println!("{}", form.bytes().map(|b| format!("{:02x}", b)).collect::<String>());
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let bytes = (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap());
        let v = String::from_utf8(bytes.collect()).unwrap();
        let debug = format!("{:?}", v);
        print(&debug[1..debug.len() - 1]);
        print(&v.escape_default().to_string());
    }
}
