using System.Buffers;
using StreamBert.Contracts;
using StreamBert.Privacy.Redaction.Numbers;

namespace StreamBert.Privacy.Redaction;

/// <summary>
/// Scans a folded text once. It stops only at digits and at signs of e-mail addresses, because all personal data that it detects contains
/// one of them, and examines a
/// bounded range around each stop: the time is linear in the length of the text.
/// </summary>
internal sealed class PersonalDataScanner(string text, IReadOnlySet<string> types)
{
    private const int MostGroups = 10;
    private const int MostDigits = 19;
    private static readonly SearchValues<char> Stops = SearchValues.Create("0123456789@");
    private static readonly SearchValues<string> SpelledSigns = SearchValues.Create(
        ["[at]", "(at)", "{at}"],
        StringComparison.OrdinalIgnoreCase);

    private readonly List<Match> _matches = [];
    private readonly NumberRun _run = new(text);
    private int _addressesTo;

    /// <summary>The number of positions and windows examined, each in bounded time: a measure of the work.</summary>
    public long Steps { get; private set; }

    /// <summary>Finds all personal data. Of overlapping matches, the one with the higher certainty wins, then the longer one.</summary>
    public IReadOnlyList<RedactionSpan> Run()
    {
        for (var at = 0; text.AsSpan(at).IndexOfAny(Stops) is >= 0 and var ahead;)
            at = text[at + ahead] == '@' ? Sign(at + ahead, 1) : Number(at + ahead);
        if (types.Contains(PersonalData.Email))
        {
            for (var at = 0; text.AsSpan(at).IndexOfAny(SpelledSigns) is >= 0 and var ahead;)
                at = Sign(at + ahead, 4);
        }

        return Resolved();
    }

    private int Sign(int sign, int length)
    {
        Steps++;
        if (types.Contains(PersonalData.Email) && EmailAddresses.Around(text, sign, length) is var (start, end))
            _matches.Add(new(PersonalData.Email, start, end, 100));
        return sign + length;
    }

    /// <returns>The position at which the scan continues.</returns>
    private int Number(int digit)
    {
        Steps++;
        var word = digit;
        while (word > 0 && digit - word < MostDigits && TextCharacters.IsWord(text[word - 1]))
            word--;
        Addresses(digit);
        if (digit - word <= 6)
            Lettered(word);
        if (word == digit)
        {
            if (Prefix(digit) is > 0 and var letters)
                Lettered(digit - letters);
            _run.Read(digit);
            Windows();
            return _run.End;
        }
        var end = digit;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end;
    }

    private void Addresses(int digit)
    {
        if (!types.Contains(PersonalData.Ip) || digit < _addressesTo)
            return;
        if (IpAddresses.V6(text, digit, out _addressesTo) is var (start, end))
            _matches.Add(new(PersonalData.Ip, start, end, 95));
    }

    /// <summary>One or two letters and a blank or dash before a digit, as in <c>AB 12 34 56 C</c>: how many characters; 0: none.</summary>
    private int Prefix(int digit) => digit < 2 || text[digit - 1] is not (' ' or '-') || !char.IsAsciiLetter(text[digit - 2]) ? 0
        : TextCharacters.IsBoundary(text, digit - 3) ? 2
        : char.IsAsciiLetter(text[digit - 3]) && TextCharacters.IsBoundary(text, digit - 4) ? 3 : 0;

    /// <summary>Numbers that begin at a place, maybe with letters.</summary>
    private void Lettered(int word)
    {
        if (!TextCharacters.IsBoundary(text, word - 1))
            return;
        if (types.Contains(PersonalData.Iban) && char.IsAsciiLetter(text[word]) && Ibans.End(text, word) is > 0 and var iban)
            _matches.Add(new(PersonalData.Iban, word, iban, 99));
        if (types.Contains(PersonalData.Id) && LetteredIds.End(text, word) is > 0 and var id)
            _matches.Add(new(PersonalData.Id, word, id, 96));
    }

    private void Windows()
    {
        Span<char> digits = stackalloc char[MostDigits];
        for (var first = 0; first < _run.Count; first++)
        {
            var count = 0;
            for (var last = first; last < _run.Count && last - first < MostGroups && count + _run.Length(last) <= MostDigits; last++)
            {
                _run.Digits(last).CopyTo(digits[count..]);
                count += _run.Length(last);
                if (count >= 4 && TextCharacters.IsBoundary(text, _run.EndOf(last)))
                    Judge(new(_run, first, last, digits[..count]));
            }
        }
    }

    private void Judge(in NumberWindow window)
    {
        Steps++;
        Add(PersonalData.Card, window, CardNumbers.Certainty);
        Add(PersonalData.Id, window, NationalIds.Certainty);
        Add(PersonalData.Ip, window, IpAddresses.Certainty);
        if (!types.Contains(PersonalData.Phone))
            return;
        var start = window.Start;
        if (start > 0 && text[start - 1] == '(' && text.AsSpan(start, window.End - start).Contains(')'))
            start--;
        if (start > 0 && text[start - 1] == '+' && TextCharacters.IsBoundary(text, start - 2)
            && PhoneNumbers.International(window) is > 0 and var sure)
        {
            _matches.Add(new(PersonalData.Phone, IsOpen(window, start - 1) ? start - 2 : start - 1, window.End, sure));
        }
        else if (PhoneNumbers.Certainty(window) is > 0 and var certainty)
        {
            _matches.Add(new(PersonalData.Phone, start, window.End, certainty));
        }
    }

    /// <summary>Whether a parenthesis opens before the plus and closes within the number: <c>(+49) 30 1234567</c>.</summary>
    private bool IsOpen(in NumberWindow window, int plus) =>
        plus > 0 && text[plus - 1] == '(' && text.AsSpan(plus, window.End - plus).Contains(')');

    private void Add(string type, in NumberWindow window, Judgement judge)
    {
        if (types.Contains(type) && judge(window) is > 0 and var certainty)
            _matches.Add(new(type, window.Start, window.End, certainty));
    }

    private List<RedactionSpan> Resolved()
    {
        var kept = new List<Match>();
        foreach (var match in _matches.OrderBy(static m => m.Start).ThenByDescending(static m => m.Certainty))
        {
            var wins = true;
            while (wins && kept.Count > 0 && kept[^1].End > match.Start)
            {
                wins = (match.Certainty, match.Length).CompareTo((kept[^1].Certainty, kept[^1].Length)) > 0;
                if (wins)
                    kept.RemoveAt(kept.Count - 1);
            }
            if (wins)
                kept.Add(match);
        }
        return kept.ConvertAll(static m => new RedactionSpan(m.Type, m.Start, m.End));
    }

    private delegate int Judgement(in NumberWindow window);

    private readonly record struct Match(string Type, int Start, int End, int Certainty)
    {
        public int Length => End - Start;
    }
}
