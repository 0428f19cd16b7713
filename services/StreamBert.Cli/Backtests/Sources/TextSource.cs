using System.Globalization;
using StreamBert.Cli.Files.Rows;
using StreamBert.Cli.Replay.Checking;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Cli.Replay.Rows;
using StreamBert.Cli.Replay.Sorting;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;
using StreamBert.Privacy;

namespace StreamBert.Cli.Backtests.Sources;

/// <summary>
/// Reads the texts of a file as <c>up --replay</c> does (columns, order, redaction) and classifies them, each distinct text once.
/// </summary>
/// <param name="options">The file and its columns.</param>
/// <param name="model">The model.</param>
/// <param name="cache">The classifications of earlier backtests.</param>
/// <param name="privacy">Redacts the texts before the model reads them.</param>
/// <param name="notify">Receives findings for the user, as sentences.</param>
/// <param name="onText">Called with the numbers of read and of classified texts, to report progress.</param>
internal sealed class TextSource(
    ReplayOptions options, TextClassifier model, ClassificationCache cache, PrivacyFilter privacy, Action<string> notify,
    Action<long, long> onText)
{
    private const int BatchTexts = 64;
    private readonly RowReader _reader = new(options);
    private readonly RowAttributes _attributes = new(options);
    private readonly string _hash = options.File.ComputeHash();
    private long _read, _classified, _invalid;

    /// <summary>Returns the predictions in the order of a replay.</summary>
    /// <param name="sortDirectory">The directory for temporary files of a sort that exceeds memory.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public IEnumerable<TextClassified> Read(string sortDirectory, CancellationToken cancellation)
    {
        var check = FileCheck.Run(options, static _ => { }, cancellation);
        foreach (var notice in check.Notices)
            notify(privacy.RedactText(options.Pipeline.Name, notice));
        using var sorter = new EventTimeSorter(sortDirectory);
        var rows = OrderedRows.Read(options, check.Order, sorter, cancellation);
        foreach (var batch in rows.Select(ToText).OfType<TextReceived>().Chunk(BatchTexts))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var prediction in Classify(batch))
                yield return prediction;
            onText(_read += batch.Length, _classified);
        }
        if (_invalid > 0)
            notify($"{_invalid:N0} rows are not texts and are left out; a replay would dead-letter them.");
    }

    /// <summary>Returns the redacted text of a row; null if a replay would dead-letter it.</summary>
    private TextReceived? ToText(Row row)
    {
        var reading = _reader.Read(row);
        if (reading is not { Fault: null, Time: not null })
        {
            _invalid++;
            return null;
        }
        var id = row.GetOptional(options.IdColumn) ?? string.Create(CultureInfo.InvariantCulture, $"{_hash}-{row.Number}");
        var text = RowRecordFactory.ToText(options, _attributes, row, id, reading, default);
        if (RowRecordFactory.CheckLimits(options, row, text) is null)
            return privacy.RedactForModel(options.Pipeline, privacy.RedactForLog(options.Pipeline, text));
        _invalid++;
        return null;
    }

    private IEnumerable<TextClassified> Classify(TextReceived[] batch)
    {
        var keys = batch.Select(static text => ClassificationCache.KeyOf(text.Text)).ToList();
        var known = cache.Find(keys);
        var missing = keys.Index().Where(key => !known.ContainsKey(key.Item)).DistinctBy(static key => key.Item).ToList();
        List<EncodedText> encoded = [.. missing.Select(key => model.Encode(batch[key.Index].Text))];
        var outputs = encoded.Count > 0 ? model.Classify(encoded) : [];
        List<CachedClassification> added = [.. outputs.Select((output, index) => ToCached(missing[index].Item, encoded[index], output))];
        cache.Add(added);
        foreach (var classification in added)
            known[classification.Key] = classification;
        _classified += outputs.Length;
        return batch.Zip(keys, (text, key) => Predict(text, known[key]));
    }

    private static CachedClassification ToCached(string key, EncodedText text, ClassifiedText output) => new(
        key, output.Heads, text.Length, text.UnknownTokens, text.IsTruncated, output.Entities, output.Embedding);

    private TextClassified Predict(TextReceived text, CachedClassification classification)
    {
        var pipeline = options.Pipeline;
        var keepsText = pipeline.Privacy.KeepText && !privacy.RedactorOf(pipeline.Name).RedactsNames;
        var entities = classification.Entities?.Where(entity => pipeline.Heads.Contains(entity.Head))
            .Select(entity => keepsText ? entity.WithText(text.Text) : entity).ToList();
        return new()
        {
            Id = text.Id,
            Pipeline = pipeline.Name,
            ModelVersion = model.Version,
            OccurredAt = text.OccurredAt,
            ClassifiedAt = text.OccurredAt,
            Heads = classification.Heads.Where(head => pipeline.Heads.Contains(head.Key)).ToDictionary(),
            Entities = pipeline.Heads.All(classification.Heads.ContainsKey) ? null : entities,
            Attributes = text.Attributes,
            Subject = text.Subject,
            Source = text.Source,
            Story = SimHash.Format(SimHash.Of(text.Text)),
            Tokens = classification.Tokens,
            UnknownTokens = classification.UnknownTokens,
            Truncated = classification.Truncated,
            Embedding = classification.Embedding,
            Origin = new(pipeline.Inputs[0], 0, 0),
            Text = keepsText ? text.Text : null,
            Notes = text.Notes,
            Timings = new(0, 0, 0),
        };
    }
}
