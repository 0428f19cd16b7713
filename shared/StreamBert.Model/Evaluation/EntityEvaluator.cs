using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Entities;

namespace StreamBert.Model.Evaluation;

/// <summary>Evaluates a token-classification head on tagged sentences.</summary>
public static class EntityEvaluator
{
    /// <summary>Evaluates a head.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sentences">The tagged sentences.</param>
    /// <param name="headName">The name of the head.</param>
    /// <param name="dataName">The name of the data in the report.</param>
    /// <returns>The report: entities by type as in seqeval, and tags word by word.</returns>
    /// <exception cref="ModelPackageException">The sentences contain entity types that the head does not have.</exception>
    public static ClassificationReport Evaluate(
        TextClassifier model, IReadOnlyList<TaggedSentence> sentences, string headName, string dataName)
    {
        var labels = model.Heads.Single(head => head.Name == headName).Labels;
        return Build(headName, dataName, labels, Tag(model, sentences, headName));
    }

    /// <summary>Tags sentences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sentences">The tagged sentences.</param>
    /// <param name="headName">The name of the head.</param>
    /// <returns>The true and the predicted tags, in the order of the sentences.</returns>
    /// <exception cref="ModelPackageException">The sentences contain entity types that the head does not have.</exception>
    public static IReadOnlyList<EvaluatedSentence> Tag(TextClassifier model, IReadOnlyList<TaggedSentence> sentences, string headName)
    {
        var head = model.Manifest.Heads.Single(head => head.Name == headName);
        RequireKnownTypes(head.Labels, sentences, $"the head '{headName}'");
        var plain = head with { Temperature = 1 };
        var evaluated = new EvaluatedSentence[sentences.Count];
        foreach (var ((i, sentence), text, output) in BatchedClassification.Classify(model, sentences.Index(), static s => s.Item.Text))
        {
            var logits = output.Logits[headName];
            evaluated[i] = Align(sentence, EntityDecoder.Tag(head, logits, text), EntityDecoder.Tag(plain, logits, text));
        }

        return evaluated;
    }

    /// <summary>Builds the report of tagged sentences.</summary>
    /// <param name="head">The name of the head.</param>
    /// <param name="data">The name of the data.</param>
    /// <param name="labels">The labels of the head.</param>
    /// <param name="sentences">The sentences.</param>
    public static ClassificationReport Build(
        string head, string data, IReadOnlyList<string> labels, IReadOnlyList<EvaluatedSentence> sentences) =>
        EntityReportBuilder.Build(head, data, labels, sentences);

    /// <exception cref="ModelPackageException">A sentence contains an entity type that is not among those of the labels.</exception>
    internal static void RequireKnownTypes(IReadOnlyList<string> labels, IReadOnlyList<TaggedSentence> sentences, string owner)
    {
        var known = labels.Select(EntityTags.GetType).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var unknown = sentences.SelectMany(static sentence => sentence.Tags).Select(EntityTags.GetType).OfType<string>()
            .Where(type => !known.Contains(type)).Distinct().Order().ToList();
        if (unknown.Count == 0) return;
        throw new ModelPackageException($"The data contain entity types unknown to {owner}: {string.Join(", ", unknown)}; "
            + $"known are {string.Join(", ", known.Order())}.");
    }

    /// <summary>
    /// Aligns predicted tags with those of the sentence. A word that was cut off, or is empty after cleaning, counts as O.
    /// </summary>
    private static EvaluatedSentence Align(
        TaggedSentence sentence, IReadOnlyList<TaggedWord> words, IReadOnlyList<TaggedWord> uncalibrated)
    {
        var tags = Enumerable.Repeat(new PredictedTag(EntityTags.Outside, 1, 1), sentence.Tags.Count).ToArray();
        var aligned = sentence.Align(words.Select(static word => word.Word));
        foreach (var ((_, index, isFirst), tagged, plain) in aligned.Zip(words, uncalibrated))
        {
            if (isFirst) tags[index] = new PredictedTag(tagged.Tag, tagged.Probability, plain.Probability);
        }

        return new EvaluatedSentence(sentence.Tags, tags);
    }
}
