using System.Globalization;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Training;

/// <summary>The labels of a head: those of its training file, or the given names.</summary>
internal sealed class LabelSet
{
    private const int MaxShownLabels = 20;

    /// <summary>A file with more labels, of which most occur once, has a wrong label column.</summary>
    private const int MinSuspiciousLabels = 50;

    private readonly LabelledRows _training;
    private readonly IReadOnlyList<string>? _given;
    private readonly HashSet<string> _known;

    public LabelSet(LabelledRows training, IReadOnlyList<string>? given)
    {
        (_training, _given) = (training, given);
        Names = given ?? Sort(training.Rows.Select(static row => row.Label).Distinct());
        _known = Names.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The names of the labels: numbers in ascending order, others in alphabetical order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Why the labels cannot be trained.</summary>
    public IEnumerable<string> Errors
    {
        get
        {
            if (Names.Count < 2)
                yield return $"{Column} has only the label '{Names[0]}'; a head needs two or more.";
            if (Names.Count > MinSuspiciousLabels && Names.Count > _training.Rows.Count / 2)
            {
                yield return $"{Column} has {Format.Count(Names.Count)} different labels in {Format.Count(_training.Rows.Count)} rows; "
                    + "give the column of the labels with --label.";
            }
            foreach (var name in Names.Where(static name => !VisibleText.IsPlain(name)))
                yield return $"{Column} has the label '{VisibleText.EscapeLine(name)}', which contains invisible characters.";
        }
    }

    /// <summary>What the user should examine.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            foreach (var group in Names.GroupBy(static name => name.ToUpperInvariant()).Where(static group => group.Count() > 1))
                yield return $"{Column} has the labels '{string.Join("' and '", group)}', which differ only in case.";
            var counts = _training.Rows.CountBy(row => Resolve(row.Label)).ToDictionary();
            var rare = Names.Where(name => counts.GetValueOrDefault(name) < 2).ToList();
            if (rare.Count > 0)
                yield return $"{Column} has fewer than two texts of {Join(rare)}, so that they cannot be validated.";
        }
    }

    private string Column => $"'{_training.File.Path}', column '{_training.LabelColumn}',";

    /// <summary>Replaces a number with the name that is given for it.</summary>
    public string Resolve(string label) => _given is null ? label : LabelledFile.ResolveLabel(label, _given, _given);

    /// <summary>Describes the labels of a file that the head does not have.</summary>
    /// <returns>Null if there are none.</returns>
    public string? DescribeUnknown(LabelledRows file)
    {
        var unknown = file.Rows.Index().Where(row => !_known.Contains(Resolve(row.Item.Label))).ToList();
        if (unknown.Count == 0)
            return null;
        var names = unknown.Select(static row => row.Item.Label).Distinct().Order(StringComparer.Ordinal).ToList();
        return $"'{file.File.Path}', row {unknown[0].Index + 1}: the training file has no label {Join(names)}; its labels are: "
            + $"{string.Join(", ", Names.Take(MaxShownLabels))}{(Names.Count > MaxShownLabels ? " …" : "")}.";
    }

    private static IReadOnlyList<string> Sort(IEnumerable<string> labels)
    {
        var names = labels.ToList();
        return names.TrueForAll(static name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? [.. names.OrderBy(static name => long.Parse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))]
            : [.. names.Order(StringComparer.Ordinal)];
    }

    private static string Join(List<string> names) => $"'{string.Join("', '", names.Take(MaxShownLabels))}'"
        + (names.Count > MaxShownLabels ? $" and {names.Count - MaxShownLabels} more" : "");
}
