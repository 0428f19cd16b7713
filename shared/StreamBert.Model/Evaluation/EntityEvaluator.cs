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
        var head = model.Manifest.Heads.Single(head => head.Name == headName);
        RequireKnownTypes(head.Labels, sentences, $"the head '{headName}'");
        var evaluated = BatchedClassification.Classify(model, sentences, static sentence => sentence.Text).Select(result =>
            Align(result.Item, EntityDecoder.Tag(head, result.Output.Logits[headName], result.Encoded)));
        return EntityReportBuilder.Build(headName, dataName, head.Labels, evaluated.ToList());
    }

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
    private static EvaluatedSentence Align(TaggedSentence sentence, IReadOnlyList<TaggedWord> words)
    {
        var tags = Enumerable.Repeat(new PredictedTag(EntityTags.Outside, 1), sentence.Tags.Count).ToArray();
        foreach (var ((_, index, isFirst), tagged) in sentence.Align(words.Select(static word => word.Word)).Zip(words))
        {
            if (isFirst) tags[index] = new PredictedTag(tagged.Tag, tagged.Probability);
        }

        return new EvaluatedSentence(sentence.Tags, tags);
    }
}
