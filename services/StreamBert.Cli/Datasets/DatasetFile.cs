using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Datasets;

/// <summary>A file of a data set and the part that it is: training, validation or test.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Part">One of <see cref="Parts"/>.</param>
internal sealed record DatasetFile(string Path, string Part)
{
    /// <summary>The parts in the order in which files without a name are assigned to them.</summary>
    public static readonly IReadOnlyList<string> Parts = ["train", "validation", "test"];

    /// <summary>A set of files is kept in the bits of a number.</summary>
    private const int MaxFiles = 64;

    /// <summary>Parses the arguments: <c>FILE</c>, or <c>train=FILE</c>, <c>validation=FILE</c> or <c>test=FILE</c>.</summary>
    /// <exception cref="CliException">There are more files without a name than parts, or too many files.</exception>
    public static IReadOnlyList<DatasetFile> Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count > MaxFiles)
            throw new CliException($"{arguments.Count} files are given; at most {MaxFiles} can be compared. Join those of one part.");
        var unnamed = 0;
        return [.. arguments.Select(argument => TryParseNamed(argument) ?? new(argument, PartOf(unnamed++, argument)))];
    }

    private static DatasetFile? TryParseNamed(string argument) => Parts
        .Where(part => argument.StartsWith($"{part}=", StringComparison.Ordinal))
        .Select(part => new DatasetFile(argument[(part.Length + 1)..], part)).FirstOrDefault();

    private static string PartOf(int index, string argument) => index < Parts.Count ? Parts[index] : throw new CliException(
        $"Files are taken as train, validation and test in this order, and '{argument}' is one more; name the part of each, such as "
        + $"test={argument}.");
}
