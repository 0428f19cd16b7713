using System.Globalization;
using System.Numerics;

namespace StreamBert.Tests.Privacy;

/// <summary>
/// Writes the templated part of <c>redaction-cases.jsonl</c>: values of many countries' forms with check digits computed here, apart from
/// the product's code, put into sentences of news, support chats and logs. The same seed always writes the same cases.
/// </summary>
internal sealed class RedactionTemplates
{
    private readonly Random _random = new(20261124);

    private static readonly string[] Chats =
    [
        "Hi, you can reach me under {0} after five.", "My details: {0}. Thanks!", "please delete {0} from your "
            + "files", "I already sent you {0} twice!!",
        "it's {0}, as I said yesterday", "Kunde nennt {0} und bittet um Rückmeldung.", "Bonjour, voici mes coordonnées : {0} – "
            + "merci.", "Hola, mis datos son {0}, gracias",
        "agent note: verified {0} ok", "\"{0}\" is what the form shows", "({0})", "Wrong one on file, correct is:\n{0}\nregards, Sam",
    ];

    private static readonly string[] Logs =
    [
        "2026-11-24T14:29:56Z WARN intake rejected value={0} rule=7", "user_input=\"{0}\" status=400", "[audit] changed field to "
            + "{0}", "POST /v1/profile body={{\"v\":\"{0}\"}}", "key\t{0}\tend",
    ];

    private static readonly Dictionary<string, string[]> Cued = new()
    {
        [
            "email"] = ["Mail me at {0}.", "E-mail: {0}", "press contact {0} for details", "Media enquiries: {0}; investors: see the "
                + "site", "cc {0}, please"],
        [
            "phone"] = ["Call me at {0}.", "Tel. {0}", "my mobile is {0}, thanks", "Fax: {0}", "Rufen Sie mich an: {0}",
                "WhatsApp {0} works best", "Investor relations, phone {0}, said on Tuesday"],
        ["card"]
            = ["I paid with card {0} last week", "Karte {0}, gültig bis 12/27", "charged twice on my Visa {0}", "carte n° {0} refusée"],
        ["iban"] = ["Refund to IBAN {0} please", "Kontoverbindung: {0}", "virement sur {0} hier", "Pay into {0} before 30/11"],
        ["id"] = ["ID number: {0}", "My tax ID is {0}.", "passport or identity card: {0}", "DNI {0}"],
        ["ip"] = ["login from {0} at night", "client {0} closed the connection", "server {0} is down", "blocked IP {0} after 5 tries"],
    };

    public IEnumerable<string> All()
    {
        foreach (var (type, values) in Values())
        {
            var templates = (string[])[.. Cued[type], .. Chats, .. Logs];
            var at = 0;
            foreach (var value in values)
            {
                for (var times = 0; times < (type == "id" ? 1 : 2); times++, at++)
                {
                    yield return string.Format(
                        CultureInfo.InvariantCulture,
                        Template(type, templates, value.Cue, at),
                        $"⟦{type}|{value.Text}⟧");
                }
            }
        }
        var number = 0;
        foreach (var negative in Negatives())
            yield return string.Format(CultureInfo.InvariantCulture, NegativeTemplates[number++ % NegativeTemplates.Length], negative);
    }

    /// <summary>
    /// A plain row of digits says nothing by itself; only sentences that name it are labelled, one in four of them in general words.
    /// </summary>
    private static string Template(string type, string[] templates, string? cue, int at) => cue switch
    {
        null => templates[at % templates.Length],
        "" => Cued[type][at % 3],
        _ => at % 4 == 0 ? Cued[type][at % 3] : at % 4 == 1 ? $"My {cue} is {{0}}." : at % 4 == 2 ? $"{cue}: {{0}}" : $"{{0}} ({cue})",
    };

    private static readonly string[] NegativeTemplates =
    [
        "Order {0} has not arrived.", "ref {0}", "The figure was {0} on Friday.", "see {0} for details", "build {0} failed at stage "
            + "3", "{0}", "Ticket {0}: closed", "value={0} ok",
    ];

    private IEnumerable<(string Type, (string Text, string? Cue)[] Values)> Values() =>
    [
        ("email", [.. Emails.Select(static e => (e, (string?)null))]),
        ("phone", [.. Phones.Select(static p => (p, (string?)null)), .. BarePhones.Select(static p => (p, (string?)""))]),
        ("card", [.. Cards()]),
        ("iban", [.. Accounts()]),
        ("id", [.. Ids()]),
        ("ip", [.. Addresses()]),
    ];

    private static readonly string[] Emails =
    [
        "anna.schmidt@example.de", "j.doe+news@example.com", "o'brien@mail.example.ie", "X_99@sub.domain.example.co.uk",
            "maria.garcia@correo.example.es", "info@xn--mller-kva.example",
        "jürgen@müller.example", "first.last@example.travel", "a@b.example", "USER@EXAMPLE.COM", "no-reply@notify.example.org",
            "li.wei@example.cn", "kowalski1985@poczta.example.pl",
        "jean-luc@example.fr", "sales%eu@relay.example.net", "dr.who@tardis.example.museum", "n1@x2.example.io", "team~ops@example.dev",
            "ana_silva@example.com.br", "r.k.narayan@example.co.in",
    ];

    private static readonly string[] Phones =
    [
        "+1 212-555-0147", "+1 (415) 555-0132", "(212) 555-0188", "212-555-0121", "1-800-555-0199", "415.555.0177", "+44 20 7946 0958",
            "+44 (0)20 7946 0321", "020 7946 0018", "07700 900456",
        "+44 7700 900123", "+49 30 901820", "+49 (0)89 1234567", "030/9018200", "0171 1234567", "+33 1 23 45 67 89", "01 23 45 67 89",
            "06.12.34.56.78", "+34 612 345 678", "+34 91 123 45 67",
        "+39 06 1234 5678", "02 1234 5678", "+31 20 123 4567", "06-12345678", "+48 601 234 567", "+41 44 668 18 00", "044 668 18 00",
            "+43 1 5880000", "+46 8 123 456 78", "+47 22 12 34 56",
        "+45 32 12 34 56", "+358 40 1234567", "+55 11 91234-5678", "+91 98765 43210", "+86 138 0013 8000", "+81 3-1234-5678",
            "+61 2 9374 4000", "+52 55 1234 5678", "0049 30 9018200", "+353 1 234 5678",
    ];

    private static readonly string[] BarePhones =
        ["2125550147", "07700900456", "01711234567", "612345678", "601234567", "91234567", "5550134", "9876543210", "0612345678",
            "4155550132", "3381234567", "0201234567"];

    private IEnumerable<(string, string?)> Cards()
    {
        (string Prefix, int Length)[] schemes =
            [("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("36", 14),
                ("6011", 16), ("65", 16), ("3528", 16), ("62", 16), ("2202", 16), ("6759", 16), ("4", 16), ("53", 16)];
        var form = 0;
        foreach (var (prefix, length) in schemes)
        {
            var digits = WithLuhn(prefix + Digits(length - prefix.Length - 1));
            yield return (digits, null);
            yield return (length == 15
                ? $"{digits[..4]} {digits[4..10]} {digits[10..]}"
                : length == 16 ? Grouped(digits, form++ % 2 == 0 ? ' ' : '-', 4, 4, 4, 4) : digits, null);
        }
    }

    private IEnumerable<(string, string?)> Accounts()
    {
        string[] forms =
        [
            "DE#18", "GB@4#14", "FR#23", "ES#20", "IT@1#22", "NL@4#10", "CH#17", "AT#16", "BE#12", "PL#24", "SE#20", "NO#11", "DK#14",
                "FI#14", "PT#21", "IE@4#14", "LU#16", "GR#23", "CZ#20", "HU#24", "RO@4#16", "TR#22",
        ];
        foreach (var form in forms)
        {
            var body = new string([.. Expand(form[2..])]);
            var iban = $"{form[..2]}{98 - (int)(Numeric(body + form[..2] + "00") % 97):00}{body}";
            yield return (iban, null);
            yield return (string.Join(' ', iban.Chunk(4).Select(static chunk => new string(chunk))), null);
        }
    }

    private IEnumerable<(string, string?)> Ids()
    {
        for (var i = 0; i < 6; i++)
        {
            yield return ($"{_random.Next(100, 600)}-{_random.Next(10, 99)}-{_random.Next(1000, 9999)}", null);
            yield return ($"{_random.Next(100, 600)}{_random.Next(10, 99)}{_random.Next(1000, 9999)}", "SSN");
            yield return ($"{Pick("AB", "CE", "JK", "PW", "SX")} {Digits(2)} {Digits(2)} {Digits(2)} {Pick("A", "B", "C", "D")}", null);
            yield return ($"{Pick("AB", "CE", "JK", "PW", "SX")}{Digits(6)}{Pick("A", "B", "C", "D")}", null);
            var dni = _random.Next(10_000_000, 99_999_999);
            yield return ($"{dni}{"TRWAGMYFPDXBNJZSQVHLCKE"[dni % 23]}", null);
            var nie = _random.Next(1_000_000, 9_999_999);
            yield return ($"Y-{nie}-{"TRWAGMYFPDXBNJZSQVHLCKE"[(10_000_000 + nie) % 23]}", null);
            var nir = $"{_random.Next(1, 3)}{_random.Next(40, 99)}{_random.Next(1, 13):00}{_random.Next(1, 95):00}"
                + $"{_random.Next(1, 990):000}{_random.Next(1, 999):000}";
            var key = $"{97 - (long.Parse(nir, CultureInfo.InvariantCulture) % 97):00}";
            yield return (nir + key, null);
            yield return ($"{nir[..1]} {nir[1..3]} {nir[3..5]} {nir[5..7]} {nir[7..10]} {nir[10..]} {key}", null);
            yield return (Bsn(), "BSN");
            yield return (Cpf(), null);
            yield return (Cpf().Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), "CPF");
            yield return (Pesel(), "PESEL");
        }
        yield return ("RSSMRA85T10A562S", null);
        yield return ("756.9217.0769.85", null);
        yield return ("811218-9876", null);
        yield return ("11010519491231002X", null);
        yield return ("86 095 742 719", "Steuer-ID");
        yield return ("86095742719", "Steuer-ID");
        yield return ("2363 4567 8904", "Aadhaar");
    }

    private IEnumerable<(string, string?)> Addresses()
    {
        for (var i = 0; i < 14; i++)
            yield return ($"{_random.Next(60, 223)}.{_random.Next(0, 256)}.{_random.Next(0, 256)}.{_random.Next(1, 255)}", null);
        foreach (var address in (string[])["10.0.0.17", "192.168.1.254", "172.16.33.8", "2001:db8::8a2e:370:7334",
            "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "fe80::1ff:fe23:4567:890a", "2a02:8071:b783:6900::5f0e"])
        {
            yield return (address, null);
        }
        yield return ("1.1.1.1", "");
        yield return ("8.8.8.8", "");
    }

    /// <summary>What looks like personal data and is none.</summary>
    private IEnumerable<string> Negatives()
    {
        foreach (var negative in (string[])
        [
            "US0378331005", "DE0007164600", "037833100", "AAPL", "$1,234,567.89", "1,234,567 shares", "1 234 567 EUR", "€12.345.678,90",
                "2026-11-24", "24.11.2026 14:29", "11/24/2026", "14:29:56", "v1.2.3.4",
            "version 10.0.19045.3", "3.14159265358979", "@janedoe", "@acme_support", "https://example.com/a/1234567", "00:1a:2b:3c:4d:5e",
                "9f86d081884c7d659a2feaa0c55ad015", "550e8400-e29b-41d4-a716-446655440000",
            "1999-2004", "2020/21", "1Z999AA10123456784", "RR123456789CN", "420 941 0000", "978-3-16-148410-0", "SKU-12345678A",
                "#4711-0815", "0x7ffdeadbeef", "lodash@4.17.21", "Q3 2026", "S&P 500 5,987.37",
            "12345678901234567890123", "1.0.0-rc.1+20261124", "0.00012345678", "(2026) 12 345", "10-K 2026", "50/50", "std::vector<int>",
                "a::b::c", "::1", "12:30-14:45", "100.000.000", "1e-10", "ISO 9001:2015",
            "Boeing 737-800", "7-11-7-11", "+5.25%", "+12,345,678", "-0.75 %", "5551234", "68.4 bn", "1-2-3-4-5", "CVE-2024-12345",
                "RFC 7231", "KB5031356", "PO 4500012345", "§ 1.2.3.4", "3 x 4 x 5 = 60",
        ])
        {
            yield return negative;
        }

        for (var i = 0; i < 12; i++)
            yield return BreakLast(WithLuhn("4" + Digits(14))); // a card but for its check digit
        for (var i = 0; i < 8; i++)
            yield return WrongIban(Digits(18));
        for (var i = 0; i < 8; i++)
            yield return $"9{Digits(15)}"; // sixteen digits of no scheme
        for (var i = 0; i < 8; i++)
            yield return $"{Digits(3)}-{Digits(7)}-{Digits(7)}"; // an order number of a well-known shop
        for (var i = 0; i < 6; i++)
            // An octet that is too large.
            yield return $"{_random.Next(256, 999)}.{_random.Next(0, 256)}.{_random.Next(0, 256)}.{_random.Next(0, 256)}";
        for (var i = 0; i < 6; i++)
            yield return Digits(10); // an account, a part, a timestamp
        for (var i = 0; i < 6; i++)
            yield return Digits(12);
    }

    private string Digits(int count) => new([.. Enumerable.Range(0, count).Select(_ => (char)('0' + _random.Next(10)))]);

    private string Pick(params string[] of) => of[_random.Next(of.Length)];

    private IEnumerable<char> Expand(string form)
    {
        for (var at = 0; at < form.Length;)
        {
            var kind = form[at++];
            var end = at;
            while (end < form.Length && char.IsAsciiDigit(form[end]))
                end++;
            for (var i = 0; i < int.Parse(form[at..end], CultureInfo.InvariantCulture); i++)
                yield return kind == '@' ? (char)('A' + _random.Next(26)) : (char)('0' + _random.Next(10));
            at = end;
        }
    }

    private static BigInteger Numeric(string text) => BigInteger.Parse(
        string.Concat(text.Select(static c => char.IsAsciiDigit(c) ? $"{c}" : $"{c - 'A' + 10}")), CultureInfo.InvariantCulture);

    private static string Grouped(string digits, char separator, params int[] lengths)
    {
        var at = 0;
        return string.Join(separator, lengths.Select(length => digits[at..(at += length)]));
    }

    private static string WithLuhn(string digits)
    {
        for (var check = '0'; ; check++)
        {
            var sum = (digits + check).Reverse()
                .Select(static (c, at) => at % 2 == 0 ? c - '0' : ((c - '0') * 2 / 10) + ((c - '0') * 2 % 10))
                .Sum();
            if (sum % 10 == 0)
                return digits + check;
        }
    }

    /// <summary>A German IBAN but for its check digits.</summary>
    private static string WrongIban(string body) => $"DE{98 - (int)(Numeric(body + "DE00") % 97) - 1:00}{body}";

    private static string BreakLast(string digits) => digits[..^1] + (char)('0' + ((digits[^1] - '0' + 1) % 10));

    private string Bsn()
    {
        while (true)
        {
            var digits = Digits(9);
            if (digits[0] != '0' && (digits.Take(8).Select(static (c, at) => (c - '0') * (9 - at)).Sum() - (digits[8] - '0')) % 11 == 0)
                return digits;
        }
    }

    private string Cpf()
    {
        var digits = Digits(9);
        for (var length = 9; length < 11; length++)
        {
            var rest = digits.Select((c, at) => (c - '0') * (length + 1 - at)).Sum() % 11;
            digits += rest < 2 ? 0 : 11 - rest;
        }
        return $"{digits[..3]}.{digits[3..6]}.{digits[6..9]}-{digits[9..]}";
    }

    private string Pesel()
    {
        var digits = $"{_random.Next(50, 99)}{_random.Next(1, 13):00}{_random.Next(1, 29):00}{Digits(4)}";
        int[] weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        return $"{digits}{(10 - (weights.Select((w, at) => w * (digits[at] - '0')).Sum() % 10)) % 10}";
    }
}
