using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Replay;

/// <summary>A replay as it was asked for on the command line.</summary>
/// <param name="Rate">Rows a second; null: as fast as they are classified.</param>
/// <param name="Loop">Begin again at the end, for ever.</param>
/// <param name="Once">Stop when the file is through.</param>
internal sealed record ReplayRequest(
    RowFile File, string Pipeline, string? Text, string? Time, string? Id, double? Rate, bool Loop, bool Once)
{
    public string? Subject { get; init; }

    /// <summary>The .NET format of the times; null: the forms that cannot be misread.</summary>
    public string? TimeFormat { get; init; }

    public AttributeLimits Limits { get; init; } = new();

    /// <summary>Whether to begin anew where an earlier replay of the file was broken off.</summary>
    public bool Restart { get; init; }

    /// <param name="rate">A number of rows a second, or <c>max</c>.</param>
    /// <exception cref="CliException">It is neither.</exception>
    public static double? ParseRate(string rate)
    {
        if (rate == "max")
            return null;
        return double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out var perSecond)
            && perSecond is > 0 and <= 1_000_000
            ? perSecond
            : throw new CliException($"--rate {rate} is neither 'max' nor a number of texts a second between 0 and 1,000,000.");
    }
}

/// <summary>What of a row's further columns is kept as attributes.</summary>
/// <param name="MaxCount">Attributes a text, those that the pipeline watches not counted.</param>
/// <param name="MaxChars">Characters of a value; what is longer is cut.</param>
internal sealed record AttributeLimits(int MaxCount = AttributeLimits.DefaultCount, int MaxChars = AttributeLimits.DefaultChars)
{
    public const int DefaultCount = 16;
    public const int DefaultChars = 256;
}

/// <summary>A replay, checked: its pipeline and its columns exist.</summary>
/// <param name="TextColumn">Holds the text.</param>
/// <param name="TimeColumn">Holds the event time; null: the time of feeding.</param>
/// <param name="IdColumn">Holds the id; null: made from file, pipeline, run and row.</param>
internal sealed record ReplayOptions(
    RowFile File, PipelineOptions Pipeline, string TextColumn, string? TimeColumn, string? IdColumn, double? Rate)
{
    /// <summary>Holds whom or what the text is about; null: nothing says so.</summary>
    public string? SubjectColumn { get; init; }

    /// <summary>The .NET format of the times; null: the forms that cannot be misread.</summary>
    public string? TimeFormat { get; init; }

    public AttributeLimits Limits { get; init; } = new();

    /// <summary>What workers take; a row beyond it is no text.</summary>
    public FieldLimits FieldLimits { get; init; } = new();

    /// <summary>The fields of a text as the file calls them.</summary>
    public FieldMapping Columns => new() { Id = IdColumn ?? "id", Text = TextColumn, Subject = SubjectColumn, OccurredAt = TimeColumn };

    /// <summary>Whether to begin anew where an earlier replay of the file was broken off.</summary>
    public bool Restart { get; init; }

    public string Name => Path.GetFileName(File.Path);

    /// <summary>What decides which records a row becomes: a replay that is broken off must go on with the same.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint => new Dictionary<string, string>
    {
        ["the file's name"] = Name,
        ["--text"] = TextColumn,
        ["--time"] = TimeColumn ?? "",
        ["--time-format"] = TimeFormat ?? "",
        ["--id"] = IdColumn ?? "",
        ["--subject"] = SubjectColumn ?? "",
        ["--max-attributes"] = Limits.MaxCount.ToString(CultureInfo.InvariantCulture),
        ["--max-attribute-chars"] = Limits.MaxChars.ToString(CultureInfo.InvariantCulture),
        ["the file's form"] = File.Format,
        ["the columns"] = string.Join(", ", File.Columns),
    };

    /// <exception cref="CliException">The pipeline or a column does not exist, or the time format is none; the message says what
    /// does.</exception>
    public static ReplayOptions Check(ReplayRequest request, PipelineCatalog pipelines)
    {
        var pipeline = pipelines.Find(request.Pipeline) ?? throw new CliException(
            $"There is no pipeline '{request.Pipeline}' (--pipeline); configured: {string.Join(", ", pipelines.All.Select(static p => p.Name))}.");
        if (request.File.Columns.Count == 0 || !request.File.Rows().Any())
            throw new CliException($"'{request.File.Path}' holds no readable row; there is nothing to replay.{FirstFault(request.File)}");
        if (request.TimeFormat is not null && request.Time is null)
            throw new CliException("--time-format says how the column of --time is written; name that column too.");
        if (request.TimeFormat is { } format && EventTimeFormat.Validate(format) is { } fault)
            throw new CliException($"{fault} (--time-format)");
        return new(
            request.File,
            pipeline,
            TextColumnOf(request, pipeline),
            request.File.Column(request.Time, "--time"),
            request.File.Column(request.Id, "--id"),
            request.Rate)
        {
            SubjectColumn = request.File.Column(request.Subject, "--subject"),
            TimeFormat = request.TimeFormat,
            Limits = request.Limits,
            FieldLimits = pipelines.Limits,
            Restart = request.Restart,
        };
    }

    /// <summary>The named one; else the one the pipeline's own producers write, in a file of what they wrote; else the likeliest.</summary>
    private static string TextColumnOf(ReplayRequest request, PipelineOptions pipeline) => request.File.TextColumn(
        request.Text ?? (request.File.Columns.Contains(pipeline.Fields.Text) ? pipeline.Fields.Text : null));

    private static string FirstFault(RowFile file)
        => file.Rows().FirstOrDefault() is { Fault: { } fault } row ? $" {row.Place}: {fault.Detail}." : "";
}
