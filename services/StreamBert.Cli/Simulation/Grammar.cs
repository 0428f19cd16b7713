namespace StreamBert.Cli.Simulation;

/// <summary>
/// Generates sentences from rules. A rule is a name in square brackets followed by one alternative per line. The placeholder <c>{name}</c>
/// in an alternative is replaced with an alternative of that rule, <c>{2-9}</c> or <c>{0.4-6.5}</c> with a number of that range and
/// precision.
/// </summary>
internal sealed class Grammar
{
    private readonly Dictionary<string, List<string>> _rules = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A line precedes the first rule, or a placeholder is neither a rule nor a range.</exception>
    public Grammar(IEnumerable<string> lines)
    {
        List<string>? rule = null;
        foreach (var line in lines.Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[' && line[^1] == ']')
                _rules.Add(line[1..^1], rule = []);
            else
                (rule ?? throw new FormatException($"'{line}' does not belong to a rule.")).Add(line);
        }
        var placeholders = _rules.Values.SelectMany(static alternatives => alternatives).SelectMany(FindPlaceholders);
        if (placeholders.FirstOrDefault(name => !_rules.ContainsKey(name) && !NumberRange.TryParse(name, out _)) is { } unknown)
            throw new FormatException($"{{{unknown}}} is neither a rule nor a range of numbers.");
    }

    public IEnumerable<string> Rules => _rules.Keys;

    /// <summary>Loads a grammar that is embedded beside this class.</summary>
    public static Grammar Load(string name)
    {
        var resource = $"{typeof(Grammar).Namespace}.{name}.grammar";
        using var stream = typeof(Grammar).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from the build.");
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd().Split('\n'));
    }

    /// <summary>Generates one sentence of the rule; the same random numbers generate the same sentence.</summary>
    public string Generate(string rule, Random random)
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
            var name = text[(open + 1)..close];
            var value = NumberRange.TryParse(name, out var range) ? range.Draw(random) : _rules[name][random.Next(_rules[name].Count)];
            text = string.Concat(text.AsSpan(0, open), value, text.AsSpan(close + 1));
        }
        return text;
    }

    private static IEnumerable<string> FindPlaceholders(string text)
    {
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
            yield return text[(open + 1)..text.IndexOf('}', open)];
    }
}
