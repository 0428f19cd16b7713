using System.IO.Compression;
using System.Text;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Cli.Backtests.Scenarios;

/// <summary>Writes a run of a scenario to files: predictions, labelled periods and true labels.</summary>
internal static class ScenarioFiles
{
    private const int BufferBytes = 1 << 16;
    private const string LabelHeader = "start,end,kind,series";

    /// <summary>Writes the files, and returns the number of predictions.</summary>
    /// <param name="run">The run.</param>
    /// <param name="predictions">The file of the predictions.</param>
    /// <param name="labels">The file of the labelled periods; null for none.</param>
    /// <param name="truth">The file of the true labels; null for none.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public static long Write(ScenarioRun run, string predictions, string? labels, string? truth, CancellationToken cancellation)
    {
        if (labels is not null)
            File.WriteAllText(labels, LabelsOf(run));
        using var output = Create(predictions);
        using var feedback = truth is null ? null : Create(truth);
        var texts = 0L;
        foreach (var text in run.Generate())
        {
            cancellation.ThrowIfCancellationRequested();
            WriteLine(output, text.Prediction);
            if (feedback is not null)
                WriteTruth(feedback, text);
            texts++;
        }
        return texts;
    }

    private static string LabelsOf(ScenarioRun run)
    {
        var lines = new StringBuilder(LabelHeader).Append('\n');
        if (run.Period.Incident is { } incident && run.Definition.Incident is { } plan)
            lines.Append($"{incident.Start:O},{incident.End:O},{string.Join('|', plan.Kinds)},{plan.Segment}\n");
        return lines.ToString();
    }

    private static void WriteTruth(Stream output, ScenarioText text)
    {
        foreach (var head in text.Prediction.Heads.Keys)
        {
            WriteLine(output, new FeedbackReceived
            {
                Id = text.Prediction.Id,
                Pipeline = text.Prediction.Pipeline,
                Head = head,
                Label = head == "sentiment" ? text.TrueSentiment : text.TrueTopic,
                Annotator = "simulation",
                OccurredAt = text.Prediction.ClassifiedAt,
                Origin = text.Prediction.Origin,
            });
        }
    }

    private static BufferedStream Create(string path)
    {
        try
        {
            Stream file = File.Create(path);
            var isGzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            return new(isGzip ? new GZipStream(file, CompressionLevel.Fastest) : file, BufferBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{path}' cannot be written: {e.Message}");
        }
    }

    private static void WriteLine<T>(Stream output, T value)
    {
        output.Write(Wire.Serialize(value));
        output.WriteByte((byte)'\n');
    }
}
