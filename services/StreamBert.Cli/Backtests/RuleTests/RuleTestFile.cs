using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.RuleTests;

/// <summary>A file with unit tests of monitoring rules.</summary>
internal sealed record RuleTestFile
{
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>The rules file, relative to the test file; null for the rules of the settings.</summary>
    public string? Rules { get; init; }

    public required IReadOnlyList<RuleTest> Tests { get; init; }

    /// <exception cref="CliException">The file does not exist or is invalid.</exception>
    public static RuleTestFile Read(string path)
    {
        if (!File.Exists(path))
            throw new CliException($"The file '{path}' does not exist; check the path.");
        try
        {
            return JsonSerializer.Deserialize(RegularFile.Bytes(path, MaxBytes), RuleTestJson.Default.RuleTestFile)
                ?? throw new CliException($"'{path}' contains null.");
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" Path:")[0].Split(" LineNumber:")[0];
            throw new CliException($"'{path}', line {(e.LineNumber ?? 0) + 1}: {e.Path} {reason}", e);
        }
    }
}

/// <summary>A test: series of texts, and the alerts that they must raise.</summary>
internal sealed record RuleTest
{
    public required string Name { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>The beginning of the first window. Default: Monday, 5 January 2026, 00:00 UTC.</summary>
    public DateTimeOffset? Start { get; init; }

    public required IReadOnlyList<TestSeries> Series { get; init; }

    /// <summary>The alerts that must be raised; any other alert fails the test. Default: none.</summary>
    public IReadOnlyList<ExpectedAlert> Expect { get; init => field = value ?? []; } = [];

    /// <summary>The kinds of alert that do not matter. Default: none.</summary>
    public IReadOnlyList<string> Ignore { get; init => field = value ?? []; } = [];
}

/// <summary>Texts of one kind in each window.</summary>
internal sealed record TestSeries
{
    /// <summary>The number of texts in each window, see <see cref="SeriesNotation"/>.</summary>
    public required string Texts { get; init; }

    /// <summary>
    /// Head → the shares of its labels in each window, see <see cref="SeriesNotation"/>. One label may have <c>rest</c>: what the others
    /// leave.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Heads { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    public string? Source { get; init; }
}

/// <summary>An alert that must be raised between two windows, counted from 0.</summary>
internal sealed record ExpectedAlert
{
    public required string Kind { get; init; }

    /// <summary>The series: a segment, a head, or <c>head/segment</c>. Null for any.</summary>
    public string? Series { get; init; }

    /// <summary>The first window with whose end the alert may fire.</summary>
    public required int From { get; init; }

    /// <summary>The last window with whose end the alert may fire.</summary>
    public required int To { get; init; }

    public override string ToString() =>
        FormattableString.Invariant($"{Kind,-16} {Series ?? "any series",-28} windows {From} to {To}");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RuleTestFile))]
internal sealed partial class RuleTestJson : JsonSerializerContext;
