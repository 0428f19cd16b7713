using System.Text;
using System.Text.Json;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Cli.Backtests.Sources;

/// <summary>
/// Reads recorded predictions, one JSON object per line (also gzipped), in the form of the topic <c>predictions</c> and of the API.
/// </summary>
internal sealed class PredictionFile
{
    /// <summary>The number of predictions among which the pipelines of a file are looked for.</summary>
    private const int SampledPredictions = 1000;

    private static readonly string[] Recorded = ["heads", "pipeline", "modelVersion", "occurredAt"];
    private static readonly string[] Extensions = [".jsonl", ".ndjson", ".json"];
    private readonly SourceFile _file;
    private readonly PredictionParser _parser = new();
    private byte[] _buffer = new byte[4096];

    private PredictionFile(SourceFile file) => _file = file;

    public string Path => _file.Path;

    /// <summary>Opens a file if its first line resembles a recorded prediction; null otherwise.</summary>
    /// <exception cref="CliException">The file does not exist.</exception>
    public static PredictionFile? TryOpen(string path)
    {
        var file = SourceFile.Open(path);
        if (!Extensions.Contains(System.IO.Path.GetExtension(file.Name).ToLowerInvariant()))
            return null;
        return file.ReadLines().FirstOrDefault(static line => line.Length > 0) is { } first
            && FieldsOf(first) is { } fields && fields.Contains("heads")
            ? new(file) { IsRecorded = Recorded.All(fields.Contains), HasTime = fields.Contains("occurredAt") }
            : null;
    }

    /// <summary>
    /// Whether the first line has all fields of a recorded prediction; otherwise it may be one of a model that is served elsewhere.
    /// </summary>
    public bool IsRecorded { get; private init; }

    /// <summary>Whether the first prediction has an event time.</summary>
    private bool HasTime { get; init; }

    /// <exception cref="CliException">The predictions have no time.</exception>
    public void RequireTime()
    {
        if (!HasTime)
        {
            throw new CliException($"'{Path}' contains predictions without 'occurredAt' (classify does not know the time of a text). "
                + "Give the texts with --text and --time; they are classified, and the predictions are cached.");
        }
    }

    /// <summary>Returns the names of the pipelines of the first predictions.</summary>
    public IReadOnlyList<string> FindPipelines() =>
        [.. Read().Take(SampledPredictions).Select(static prediction => prediction.Pipeline).Distinct()];

    /// <summary>Reads the predictions in the order of the file.</summary>
    /// <exception cref="CliException">A line is not a prediction.</exception>
    public IEnumerable<TextClassified> Read()
    {
        foreach (var (index, line) in _file.ReadLines().Index())
        {
            if (line.Length > 0)
                yield return Parse(line, index + 1);
        }
    }

    private TextClassified Parse(string line, int number) =>
        TryParseUsual(line) is { } usual && EventValidator.Validate(usual, null) is null ? usual : ParseAny(line, number);

    /// <summary>Parses a line as Inference writes it, which is much faster; null if the general reader must read it.</summary>
    private TextClassified? TryParseUsual(string line)
    {
        if (Encoding.UTF8.GetMaxByteCount(line.Length) is var size && size > _buffer.Length)
            _buffer = new byte[size];
        return _parser.TryParse(_buffer.AsSpan(0, Encoding.UTF8.GetBytes(line, _buffer)));
    }

    private TextClassified ParseAny(string line, int number)
    {
        try
        {
            var prediction = JsonSerializer.Deserialize<TextClassified>(line, Wire.Options)
                ?? throw new JsonException("null is not a prediction");
            return EventValidator.Validate(prediction, null) is { } fault
                ? throw new CliException($"'{Path}', line {number}: the prediction has {fault}.")
                : prediction;
        }
        catch (JsonException e)
        {
            throw new CliException($"'{Path}', line {number}, is not a prediction: {e.Message}", e);
        }
    }

    /// <summary>Returns the names of the fields of a line; null if it is not a JSON object.</summary>
    private static HashSet<string>? FieldsOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? [.. root.EnumerateObject().Select(static property => property.Name)] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
