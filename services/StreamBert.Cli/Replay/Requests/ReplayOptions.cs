using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Replay.Requests;

/// <summary>Represents a validated replay: its pipeline and its columns exist.</summary>
/// <param name="TextColumn">The column of the text.</param>
/// <param name="TimeColumn">The column of the event time; null: the time of the append.</param>
/// <param name="IdColumn">The column of the id; null: an id is derived from file, pipeline, run and row.</param>
internal sealed record ReplayOptions(
    RowFile File, PipelineOptions Pipeline, string TextColumn, string? TimeColumn, string? IdColumn, double? Rate)
{
    /// <summary>The column of the subject, or null if no column contains it.</summary>
    public string? SubjectColumn { get; init; }

    /// <summary>The .NET format of the times; null: all unambiguous formats.</summary>
    public string? TimeFormat { get; init; }

    public AttributeLimits Limits { get; init; } = new();

    /// <summary>The limits of the workers; a row beyond them is invalid.</summary>
    public FieldLimits FieldLimits { get; init; } = new();

    /// <summary>The columns that contain the fields of a text.</summary>
    public FieldMapping Columns => new() { Id = IdColumn ?? "id", Text = TextColumn, Subject = SubjectColumn, OccurredAt = TimeColumn };

    /// <summary>Whether to start at the first row although an earlier replay of the file was interrupted.</summary>
    public bool Restart { get; init; }

    /// <summary>Whether the rows are predictions in the form that the pipeline's mapping describes, not texts.</summary>
    public bool TakesPredictions => Pipeline.Predictions is not null;

    public string FileName => Path.GetFileName(File.Path);

    /// <summary>The options that determine the records of a row; an interrupted replay resumes only with the same ones.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint => new Dictionary<string, string>
    {
        ["the file name"] = FileName,
        ["--text"] = TextColumn,
        ["--time"] = TimeColumn ?? "",
        ["--time-format"] = TimeFormat ?? "",
        ["--id"] = IdColumn ?? "",
        ["--subject"] = SubjectColumn ?? "",
        ["--max-attributes"] = Limits.MaxCount.ToString(CultureInfo.InvariantCulture),
        ["--max-attribute-chars"] = Limits.MaxChars.ToString(CultureInfo.InvariantCulture),
        ["the file format"] = File.Format,
        ["the columns"] = string.Join(", ", File.Columns),
    };

    /// <exception cref="CliException">
    /// The pipeline or a column does not exist, or the time format is invalid; the message lists what exists.
    /// </exception>
    public static ReplayOptions Validate(ReplayRequest request, PipelineCatalog pipelines) => Validate(
        request,
        pipelines.Find(request.Pipeline) ?? throw new CliException(
            $"The pipeline '{request.Pipeline}' (--pipeline) does not exist; configured: "
            + $"{string.Join(", ", pipelines.All.Select(static p => p.Name))}."),
        pipelines.Limits);

    /// <inheritdoc cref="Validate(ReplayRequest, PipelineCatalog)"/>
    public static ReplayOptions Validate(ReplayRequest request, PipelineOptions pipeline, FieldLimits limits)
    {
        if (request.File.Columns.Count == 0 || !request.File.ReadRows().Any())
        {
            throw new CliException($"'{request.File.Path}' contains no readable row; there is nothing to "
                + $"replay.{DescribeFirstFault(request.File)}");
        }
        if (pipeline.Predictions is not null)
            return PredictionReplay.Validate(request, pipeline, limits);
        ValidateTimeFormat(request);
        return new(
            request.File,
            pipeline,
            FindTextColumn(request, pipeline),
            request.File.RequireColumn(request.Time, "--time"),
            request.File.RequireColumn(request.Id, "--id"),
            request.Rate)
        {
            SubjectColumn = request.File.RequireColumn(request.Subject, "--subject"),
            TimeFormat = request.TimeFormat,
            Limits = request.Limits,
            FieldLimits = limits,
            Restart = request.Restart,
        };
    }

    private static void ValidateTimeFormat(ReplayRequest request)
    {
        if (request.TimeFormat is not { } format)
            return;
        if (request.Time is null)
            throw new CliException("--time-format describes the column of --time; give --time too.");
        if (EventTimeFormat.Validate(format) is { } fault)
            throw new CliException($"{fault} (--time-format)");
    }

    /// <summary>Returns the given column, or else the one that producers of the pipeline use, or else the detected one.</summary>
    private static string FindTextColumn(ReplayRequest request, PipelineOptions pipeline) => request.File.FindTextColumn(
        request.Text ?? (request.File.Columns.Contains(pipeline.Fields.Text) ? pipeline.Fields.Text : null));

    private static string DescribeFirstFault(RowFile file) =>
        file.ReadRows().FirstOrDefault() is { Fault: { } fault } row ? $" {row.Location}: {fault.Detail}." : "";
}
