using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Checking;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Backtests.Sources;

/// <summary>
/// Reads the predictions of a model that is served elsewhere, in any JSON that the mapping of the pipeline describes, as
/// <c>up --replay</c> does: parsed, redacted, and in the order of a replay.
/// </summary>
/// <param name="options">The file and its pipeline.</param>
/// <param name="privacy">Redacts the texts.</param>
/// <param name="notify">Receives findings for the user, as sentences.</param>
internal sealed class MappedPredictionFile(ReplayOptions options, PrivacyFilter privacy, Action<string> notify)
{
    private readonly RowReader _reader = new(options);
    private readonly RecordPosition _origin = new(options.Pipeline.Inputs[0], 0, 0);
    private long _invalid;

    /// <summary>Returns the predictions in the order of a replay.</summary>
    /// <param name="sortDirectory">The directory for temporary files of a sort that exceeds memory.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public IEnumerable<TextClassified> Read(string sortDirectory, CancellationToken cancellation)
    {
        var check = FileCheck.Run(options, static _ => { }, cancellation);
        foreach (var notice in check.Notices)
            notify(privacy.RedactText(options.Pipeline.Name, notice));
        using var sorter = new EventTimeSorter(sortDirectory);
        foreach (var prediction in OrderedRows.Read(options, check.Order, sorter, cancellation).Select(Read).OfType<TextClassified>())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return prediction;
        }
        if (_invalid > 0)
            notify($"{_invalid:N0} rows are not predictions with a time, and are left out.");
    }

    /// <summary>Returns the prediction of a row; null if the row is none, or has no time.</summary>
    private TextClassified? Read(Row row)
    {
        if (_reader.Read(row) is { Time: not null, Prediction: { Text: { } text, Prediction: { } prediction } })
            return ExternalPrediction.Create(options.Pipeline, Redact(text), prediction, _origin, text.OccurredAt);
        _invalid++;
        return null;
    }

    private TextReceived Redact(TextReceived text)
    {
        var redacted = privacy.RedactForModel(options.Pipeline, text);
        return options.Pipeline.Privacy.ModelReadsOriginal
            ? redacted with { Text = privacy.RedactorOf(options.Pipeline.Name).Redact(redacted.Text).Text }
            : redacted;
    }
}
