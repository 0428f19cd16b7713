using System.CommandLine;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>Parses the grid of a hyper-parameter search, such as <c>learning-rate=1e-4,1e-3 rank=4,8</c>.</summary>
internal static class SearchGrid
{
    public const string Dashes = "--";

    /// <summary>More runs are no small grid.</summary>
    private const int MaxPoints = 100;

    /// <summary>Lists all combinations.</summary>
    /// <param name="axes">The values of <c>--search</c>.</param>
    /// <param name="options">The options that can be searched.</param>
    /// <exception cref="CliException">An axis is not understood, or there are too many combinations.</exception>
    public static IReadOnlyList<SearchPoint> Parse(IReadOnlyList<string> axes, IReadOnlyCollection<Option> options)
    {
        var parsed = axes.Select(axis => ParseAxis(axis, options)).ToList();
        if (parsed.GroupBy(static axis => axis.Name).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw new CliException($"--search has {twice.Key} twice; give all its values once, separated by commas.");
        IEnumerable<IEnumerable<KeyValuePair<string, string>>> points = [[]];
        foreach (var (name, values) in parsed)
            points = points.SelectMany(_ => values, (point, value) => point.Append(KeyValuePair.Create(name, value)));
        List<SearchPoint> grid = [.. points.Take(MaxPoints + 1).Select(static point => new SearchPoint([.. point]))];
        return grid.Count <= MaxPoints
            ? grid
            : throw new CliException($"--search has more than {MaxPoints} combinations; give fewer values.");
    }

    private static (string Name, IReadOnlyList<string> Values) ParseAxis(string axis, IReadOnlyCollection<Option> options)
    {
        var parts = axis.Split('=', 2);
        string[] values = parts is [_, var list] ? list.Split(',', StringSplitOptions.TrimEntries) : [];
        if (values.Length == 0 || values.Any(static value => value.Length == 0) || values.Distinct().Count() < values.Length)
            throw new CliException($"--search '{axis}' is not understood; give NAME=VALUE,VALUE,…, such as learning-rate=1e-4,1e-3.");
        var name = parts[0].TrimStart('-');
        return options.Any(option => option.Name == Dashes + name)
            ? (name, values)
            : throw new CliException($"--search cannot vary '{name}'; it can vary "
                + $"{string.Join(", ", options.Select(static option => option.Name.TrimStart('-')))}.");
    }
}
