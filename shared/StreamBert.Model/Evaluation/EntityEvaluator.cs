using StreamBert.Contracts;
using StreamBert.Model.Heads;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;

namespace StreamBert.Model.Evaluation;

/// <summary>Measures a head that names entities on tagged sentences.</summary>
public static class EntityEvaluator
{
    private const int BatchSize = 64;

    /// <exception cref="ModelPackageException">The sentences name types the head does not.</exception>
    public static ClassificationReport Evaluate(
        TextClassifier model,
        IReadOnlyList<TaggedSentence> sentences,
        string headName,
        string dataName)
    {
        var head = model.Manifest.Heads.Single(head => head.Name == headName);
        RequireTypes(head.Labels, sentences, $"the head '{headName}'");
        var answers = new List<SentenceOutcome>(sentences.Count);
        // Near lengths together make cheap batches; the order does not matter for a report.
        foreach (var chunk in sentences.Select(sentence => (sentence, encoded: model.Encode(sentence.Text)))
            .OrderBy(static pair => pair.encoded.Length)
            .Chunk(BatchSize))
        {
            answers.AddRange(chunk.Zip(model.Classify([.. chunk.Select(static pair => pair.encoded)]),
                (pair, answer) => Outcome(pair.sentence, EntityDecoder.Tag(head, answer.Logits[headName], pair.encoded))));
        }

        return EntityReportBuilder.Build(headName, dataName, head.Labels, answers);
    }

    /// <exception cref="ModelPackageException">A sentence names a type that is not among the labels' types.</exception>
    public static void RequireTypes(IReadOnlyList<string> labels, IReadOnlyList<TaggedSentence> sentences, string who)
    {
        var known = labels.Select(Tags.TypeOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var unknown = sentences.SelectMany(static sentence => sentence.Tags).Select(Tags.TypeOf).OfType<string>()
            .Where(type => !known.Contains(type))
            .Distinct()
            .Order()
            .ToList();
        if (unknown.Count > 0)
            throw new ModelPackageException($"The data name entities of types unknown to {who}: {string.Join(", ", unknown)}; known are {string.Join(", ", known.Order())}.");
    }

    /// <summary>A word that was cut off, or of which nothing is left after cleaning, counts as tagged O.</summary>
    private static SentenceOutcome Outcome(TaggedSentence sentence, IReadOnlyList<TaggedWord> words)
    {
        var tags = Enumerable.Repeat(new PredictedTag(Tags.Outside, 1), sentence.Tags.Count).ToArray();
        foreach (var ((_, index, first), tagged) in sentence.Align(words.Select(static word => word.Word)).Zip(words))
            if (first) tags[index] = new PredictedTag(tagged.Tag, tagged.Probability);
        return new SentenceOutcome(sentence.Tags, tags);
    }
}

/// <summary>The tag a head gives a word and its calibrated probability.</summary>
public readonly record struct PredictedTag(string Tag, double Probability);

/// <summary>A sentence's right tags and those a head gave it, word by word.</summary>
public sealed record SentenceOutcome(IReadOnlyList<string> Actual, IReadOnlyList<PredictedTag> Predicted);
