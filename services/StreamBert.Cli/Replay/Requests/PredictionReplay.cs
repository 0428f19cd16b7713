using StreamBert.Cli.Errors;
using StreamBert.Contracts;

namespace StreamBert.Cli.Replay.Requests;

/// <summary>
/// Validates the replay of a file into a pipeline that takes predictions. Its rows are read by the mapping of the pipeline, as the records
/// of its topic are; there is nothing to choose on the command line.
/// </summary>
internal static class PredictionReplay
{
    /// <exception cref="CliException">The file is not JSON, or an option names a column.</exception>
    public static ReplayOptions Validate(ReplayRequest request, PipelineOptions pipeline, FieldLimits limits)
    {
        RequireJson(request, pipeline);
        if (FindColumnOption(request) is { } option)
        {
            throw new CliException($"{option} describes the columns of a file of texts; the pipeline '{pipeline.Name}' takes predictions, "
                + "and its settings (Fields, Predictions) say where their fields are. Omit the option.");
        }
        var fields = pipeline.Fields;
        return new(request.File, pipeline, fields.Text, fields.OccurredAt, fields.Id, request.Rate)
        {
            SubjectColumn = fields.Subject,
            TimeFormat = fields.TimeFormat,
            FieldLimits = limits,
            Restart = request.Restart,
        };
    }

    private static void RequireJson(ReplayRequest request, PipelineOptions pipeline)
    {
        if (!request.File.IsJson)
        {
            throw new CliException(
                $"'{request.File.Path}' is {request.File.Format}; the pipeline '{pipeline.Name}' takes predictions, which are read from "
                + "JSON by the mapping in its settings (Fields, Predictions). Convert the file to JSON Lines, one prediction per line.");
        }
    }

    private static string? FindColumnOption(ReplayRequest request) => new (string Option, bool IsGiven)[]
    {
        ("--text", request.Text is not null), ("--time", request.Time is not null), ("--time-format", request.TimeFormat is not null),
        ("--id", request.Id is not null), ("--subject", request.Subject is not null),
        ("--max-attributes", request.Limits.MaxCount != AttributeLimits.DefaultMaxCount),
        ("--max-attribute-chars", request.Limits.MaxChars != AttributeLimits.DefaultMaxChars),
    }.FirstOrDefault(static option => option.IsGiven).Option;
}
