using System.Globalization;

namespace StreamBert.Cli.Simulation;

/// <summary>
/// Writes sentences from rules. A rule is a heading in square brackets and one alternative a line; <c>{name}</c> in an alternative is
/// replaced by an alternative of that rule, <c>{2-9}</c> or <c>{0.4-6.5}</c> by a number of that range and its decimals.
/// </summary>
public sealed class Grammar
{
    private readonly Dictionary<string, List<string>> _rules = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A line stands under no heading, or a slot names no rule and no range.</exception>
    public Grammar(IEnumerable<string> lines)
    {
        List<string>? rule = null;
        foreach (var line in lines.Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[' && line[^1] == ']')
                _rules.Add(line[1..^1], rule = []);
            else
                (rule ?? throw new FormatException($"'{line}' stands under no heading.")).Add(line);
        }
        foreach (var slot in _rules.Values.SelectMany(static alternatives => alternatives).SelectMany(Slots))
        {
            if (!_rules.ContainsKey(slot) && !TryRange(slot, out _))
                throw new FormatException($"{{{slot}}} is neither a rule nor a range of numbers.");
        }
    }

    public IEnumerable<string> Rules => _rules.Keys;

    /// <summary>The grammar that stands beside this class as an embedded file.</summary>
    public static Grammar Load(string name)
    {
        var resource = $"{typeof(Grammar).Namespace}.{name}.grammar";
        using var stream = typeof(Grammar).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the build.");
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd().Split('\n'));
    }

    /// <summary>One sentence of the rule; the same random numbers write the same sentence.</summary>
    public string Write(string rule, Random random)
    {
        var alternatives = _rules[rule];
        var text = Expand(alternatives[random.Next(alternatives.Count)], random);
        return text.Length > 0 && char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }

    private string Expand(string text, Random random)
    {
        for (int open; (open = text.IndexOf('{')) >= 0;)
        {
            var close = text.IndexOf('}', open);
            var slot = text[(open + 1)..close];
            var value = TryRange(slot, out var range) ? Number(range, random) : _rules[slot][random.Next(_rules[slot].Count)];
            text = string.Concat(text.AsSpan(0, open), value, text.AsSpan(close + 1));
        }
        return text;
    }

    private static IEnumerable<string> Slots(string text)
    {
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
            yield return text[(open + 1)..text.IndexOf('}', open)];
    }

    private static bool TryRange(string slot, out (double Low, double High, int Decimals) range)
    {
        range = default;
        var dash = slot.IndexOf('-');
        if (dash <= 0 || !TryNumber(slot[..dash], out var low) || !TryNumber(slot[(dash + 1)..], out var high))
            return false;
        var point = slot.IndexOf('.');
        range = (low, high, point < 0 ? 0 : dash - point - 1);
        return true;
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static string Number((double Low, double High, int Decimals) range, Random random)
    {
        var value = range.Low + random.NextDouble() * (range.High - range.Low);
        return value.ToString(range.Decimals == 0 ? "N0" : $"F{range.Decimals}", CultureInfo.InvariantCulture);
    }
}
