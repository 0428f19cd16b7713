using System.Collections.Concurrent;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Explaining;
using StreamBert.Model.Packages;

namespace StreamBert.Inference.Serving;

/// <summary>A loaded model version as the service sees it: what it can do, not how.</summary>
/// <param name="Heads">The heads it answers.</param>
/// <param name="Classify">One forward pass; answers in the order of the texts. Called from several threads at once.</param>
/// <param name="Unload">Frees it; called once, after its last user is done.</param>
public sealed record ServedModel(
    string Version,
    IReadOnlyList<string> Heads,
    Func<string, EncodedText> Encode,
    Func<IReadOnlyList<EncodedText>, ClassifiedText[]> Classify,
    Action Unload)
{
    /// <summary>
    /// Explains a label of a head for a text; null: the one predicted. Throws <see cref="ExplanationException"/> where it cannot.
    /// </summary>
    public Func<string, string, string?, CancellationToken, Explanation> Explain { get; init; } =
        static (_, _, _, _) => throw new ExplanationException("The model that serves has no explanations.");

    /// <summary>The tokens of a whole text, with those that frame it or without.</summary>
    public Func<string, bool, IReadOnlyList<TextToken>> Tokenize { get; init; }
        = static (_, _) => throw new NotSupportedException("The model that serves tells no tokens.");

    /// <summary>Those of its heads that name entities.</summary>
    public IReadOnlyList<string> EntityHeads { get; init; } = [];

    /// <summary>Texts of several lengths, to bring a fresh model up to speed and to ask whether a model works at all.</summary>
    private static readonly string[] Probes =
        ["ok", "the shares rose after the company raised its outlook", string.Join(' ', Enumerable.Repeat("a long text", 40))];

    /// <param name="copies">One on each device. Whoever classifies gets a free one; a CPU's one copy serves all threads at once.</param>
    public static ServedModel From(IReadOnlyList<TextClassifier> copies)
    {
        var first = copies[0];
        var free = new ConcurrentQueue<TextClassifier>(copies);
        return new(
            first.Version,
            [.. first.Heads.Select(static head => head.Name)],
            first.Encode,
            copies.Count == 1 ? first.Classify : OnFreeDevice,
            Unload)
        {
            EntityHeads = [.. first.Heads.Where(static head => head.Task == HeadTask.Tokens).Select(static head => head.Name)],
            Tokenize = first.Tokenize,
            Explain = (text, head, label, cancellation) => first.Explain(text, head, label, cancellation: cancellation),
        };

        ClassifiedText[] OnFreeDevice(IReadOnlyList<EncodedText> texts)
        {
            if (!free.TryDequeue(out var copy))
                return first.Classify(texts); // more replicas than devices: two share one
            try
            {
                return copy.Classify(texts);
            }
            finally
            {
                free.Enqueue(copy);
            }
        }

        void Unload()
        {
            foreach (var copy in copies)
                copy.Dispose();
        }
    }

    /// <summary>One forward pass with as many answers as texts; throws what the model throws.</summary>
    public ClassifiedText[] Answer(IReadOnlyList<EncodedText> texts)
    {
        var answers = Classify(texts);
        return answers.Length == texts.Count
            ? answers
            : throw new InvalidOperationException($"The model {Version} gave {answers.Length} answers for {texts.Count} texts.");
    }

    /// <summary>Classifies texts known to be harmless; throws what the model throws.</summary>
    public void Probe() => Answer([.. Probes.Select(Encode)]);
}
