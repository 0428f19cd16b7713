using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Explaining;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Inference.Serving;

/// <summary>A loaded model version, reduced to the operations that the service uses.</summary>
/// <param name="Heads">The heads that the model computes.</param>
/// <param name="Classify">Runs one forward pass and returns the results in the order of the texts. Several threads call it at once.</param>
/// <param name="Unload">Frees the model; called once, after its last lease has ended.</param>
internal sealed record ServedModel(
    string Version,
    IReadOnlyList<string> Heads,
    Func<string, EncodedText> Encode,
    Func<IReadOnlyList<EncodedText>, ClassifiedText[]> Classify,
    Action Unload)
{
    /// <summary>Texts of several lengths that warm up a loaded model and check whether a model works at all.</summary>
    private static readonly string[] ProbeTexts =
        ["ok", "the shares rose after the company raised its outlook", string.Join(' ', Enumerable.Repeat("a long text", 40))];

    /// <summary>
    /// Explains a label of a head for a text; without a label, the predicted one. Throws <see cref="ExplanationException"/> where the
    /// model cannot explain it.
    /// </summary>
    public Func<string, string, string?, CancellationToken, Explanation> Explain { get; init; } =
        static (_, _, _, _) => throw new ExplanationException("The serving model does not support explanations.");

    /// <summary>Returns the tokens of a text, with or without special tokens.</summary>
    public Func<string, bool, IReadOnlyList<TextToken>> Tokenize { get; init; } =
        static (_, _) => throw new NotSupportedException("The serving model does not return tokens.");

    /// <summary>Returns the language of a text, if the model was not trained on it; null otherwise.</summary>
    public Func<string, string?> FindForeignLanguage { get; init; } = static _ => null;

    /// <summary>The precision in which the model computes, and why.</summary>
    public string Precision { get; init; } = ComputeOptions.Float32;

    /// <summary>The heads that recognise entities.</summary>
    public IReadOnlyList<string> EntityHeads { get; init; } = [];

    /// <summary>The labels by head, of the heads that classify whole texts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Creates a served model of one copy on each device.</summary>
    /// <param name="copies">A caller takes a free copy; the single copy of a CPU serves all threads at once.</param>
    public static ServedModel From(IReadOnlyList<TextClassifier> copies)
    {
        var first = copies[0];
        return new(
            first.Version, [.. first.Heads.Select(static head => head.Name)], first.Encode,
            copies.Count == 1 ? first.Classify : OnFreeDevice(copies), UnloadAll)
        {
            Precision = first.Precision,
            EntityHeads = [.. first.Heads.Where(static head => head.Task == HeadTask.TokenClassification).Select(static head => head.Name)],
            Labels = first.Heads.Where(static head => head.Task != HeadTask.TokenClassification)
                .ToDictionary(static head => head.Name, static head => head.Labels),
            Tokenize = first.Tokenize,
            FindForeignLanguage = first.FindForeignLanguage,
            Explain = (text, head, label, cancellation) => first.Explain(text, head, label, cancellation: cancellation),
        };

        void UnloadAll()
        {
            foreach (var copy in copies)
                copy.Dispose();
        }
    }

    /// <summary>Runs one forward pass and checks that it returns one result for each text; throws what the model throws.</summary>
    public ClassifiedText[] Predict(IReadOnlyList<EncodedText> texts)
    {
        var results = Classify(texts);
        return results.Length == texts.Count
            ? results
            : throw new InvalidOperationException($"The model {Version} returned {results.Length} results for {texts.Count} texts.");
    }

    /// <summary>Classifies the probe texts, which are known to be valid; throws what the model throws.</summary>
    public void Probe() => Predict([.. ProbeTexts.Select(Encode)]);

    private static Func<IReadOnlyList<EncodedText>, ClassifiedText[]> OnFreeDevice(IReadOnlyList<TextClassifier> copies)
    {
        var free = new ConcurrentQueue<TextClassifier>(copies);
        return texts =>
        {
            if (!free.TryDequeue(out var copy))
                return copies[0].Classify(texts); // more replicas than devices: two share one
            try
            {
                return copy.Classify(texts);
            }
            finally
            {
                free.Enqueue(copy);
            }
        };
    }
}
