using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Model.Heads;

/// <summary>
/// Labels that the model was never trained on, by textual entailment (Yin, Hay and Roth 2019): a checkpoint trained on natural-language
/// inference judges
/// for each label whether the text entails a sentence made with it. Costs a pass over text and sentence for every label.
/// </summary>
internal sealed class ZeroShotHead
{
    /// <summary>The sentence used where none is given; a label takes the place of the braces.</summary>
    public const string DefaultTemplate = "This example is {}.";

    private const string Slot = "{}", Entails = "entail", Contradicts = "contradict";

    /// <summary>Bounds the memory of one pass when there are many labels.</summary>
    private const int TokensAtOnce = 8192;

    private readonly HeadManifest _head;
    private readonly int[][] _endings; // what follows the framed text in the pair with each label's sentence
    private readonly int _entailment, _contradiction;
    private readonly SpecialTokens _special;

    /// <param name="head">As <see cref="Checked"/> left it.</param>
    public ZeroShotHead(HeadManifest head, EncoderConfig config, TextTokenizer tokenizer, int maxTokens)
    {
        this._head = head;
        (_entailment, _contradiction) = (Find(config, Entails), Opposite(config));
        _special = tokenizer.SpecialTokens;
        if (!_special.SupportsPairs)
            throw new ModelPackageException($"The zero-shot head '{head.Name}' reads pairs of texts, and the post_processor of the model's tokenizer.json has no frame for pairs that is supported.");
        _endings = [.. head.Labels
            .Select(label => Ending(tokenizer.Encode(head.Template!.Replace(Slot, label, StringComparison.Ordinal), maxTokens)))];
        Reserved = _endings.Max(static ending => ending.Length);
        if (Reserved > maxTokens / 2)
        {
            throw new ModelPackageException(
                $"The labels of the head '{head.Name}' in its template take up to {Reserved} of {maxTokens} tokens; shorten them.");
        }
    }

    /// <summary>Tokens that a text must leave free for the longest sentence.</summary>
    public int Reserved { get; }

    /// <summary>A zero-shot head with its defaults filled in; any other head as it is.</summary>
    /// <exception cref="ModelPackageException">The checkpoint cannot judge entailment, or the template has no place for a
    /// label.</exception>
    public static HeadManifest Checked(HeadManifest head, EncoderConfig config, string directory)
    {
        if (!HeadTask.IsZeroShot(head.Task)) return head;
        if (!config.ClassifiesTexts || Find(config, Entails) < 0)
        {
            throw new ModelPackageException($"{directory}: the head '{head.Name}' is zero-shot, which needs a checkpoint trained on natural-language inference: one whose "
                + $"config.json is of a …ForSequenceClassification and names a label 'entailment' in id2label. Its labels are {string.Join(", ", config.Labels ?? [])}.");
        }

        if (head.Task == HeadTask.ZeroShotMultiLabel && Opposite(config) < 0)
            throw new ModelPackageException($"{directory}: the head '{head.Name}' weighs entailment against contradiction, and id2label of config.json names no label 'contradiction'.");
        if (head.Labels.Count == 0 || head.Labels.Any(string.IsNullOrWhiteSpace)
            || head.Labels.Distinct(StringComparer.Ordinal).Count() != head.Labels.Count)
        {
            throw new ModelPackageException($"{directory}: the zero-shot head '{head.Name}' needs labels, each with a name of its own.");
        }

        var template = head.Template ?? DefaultTemplate;
        if (!template.Contains(Slot, StringComparison.Ordinal))
        {
            throw new ModelPackageException(
                $"{directory}: the template '{template}' of the head '{head.Name}' has no {Slot} where the label goes.");
        }

        return head with { Template = template, Pooling = Pooling.Cls };
    }

    /// <summary>The text followed by the sentence of a label, framed as the checkpoint knows pairs.</summary>
    public EncodedText Pair(EncodedText text, int label)
    {
        int[] ids = [.. text.Ids, .. _endings[label]];
        return new EncodedText(ids, text.IsTruncated)
        {
            Offsets = [.. text.Offsets, .. new TokenSpan[_endings[label].Length]],
            SecondTextStart = _special.UsesTokenTypes ? text.Length : ids.Length,
        };
    }

    /// <summary>
    /// For each pair in the batch the logit of entailment; where several labels may apply, what it is above that of contradiction. [pairs].
    /// </summary>
    public Tensor Scores(TextNetwork network, Tensor hidden, PackedBatch pairs)
    {
        var logits = network.HeadLogits(hidden, pairs, _head, dropout: 0);
        var entails = logits.select(1, _entailment);
        return _head.Task == HeadTask.ZeroShotMultiLabel ? entails - logits.select(1, _contradiction) : entails;
    }

    /// <summary>Every text with every label, padding-free in one pass (in several if there are very many).</summary>
    /// <returns>[texts × labels], in the order of the texts.</returns>
    public float[] Scores(TextNetwork network, IReadOnlyList<EncodedText> texts, Device device)
    {
        var scores = new float[texts.Count * _endings.Length];
        // Near lengths together, so that passes cut by their tokens stay cheap.
        var pairs = Enumerable.Range(0, scores.Length).Select(at => (At: at, Pair: Pair(texts[at / _endings.Length], at % _endings.Length)))
            .OrderBy(static item => item.Pair.Length).ToArray();
        for (int start = 0, end; start < pairs.Length; start = end)
        {
            end = End(pairs, start);
            var part = pairs[start..end];
            var values = Pass(network, [.. part.Select(static item => item.Pair)], device);
            for (var i = 0; i < part.Length; i++) scores[part[i].At] = values[i];
        }

        return scores;
    }

    private static int End((int At, EncodedText Pair)[] pairs, int start)
    {
        var (end, tokens) = (start, 0);
        do tokens += pairs[end++].Pair.Length;
        while (end < pairs.Length && tokens + pairs[end].Pair.Length <= TokensAtOnce);
        return end;
    }

    private float[] Pass(TextNetwork network, IReadOnlyList<EncodedText> pairs, Device device)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([.. pairs.Select(static pair => pair.Ids)], device, [.. pairs.Select(static pair => pair.SecondTextStart)]);
        var packed = Scores(network, network.Encoder.Forward(batch), batch).cpu().contiguous().data<float>().ToArray();
        var values = new float[pairs.Count];
        for (var i = 0; i < packed.Length; i++) values[batch.Order[i]] = packed[i];
        return values;
    }

    /// <summary>The sentence without its opening token; its closing one serves as the separator too.</summary>
    private int[] Ending(EncodedText sentence) => _special.DoubleSeparator ? [_special.Sep, .. sentence.Ids[1..]] : sentence.Ids[1..];

    private static int Find(EncoderConfig config, string name) =>
        config.Labels?.ToList().FindIndex(label => label.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ?? -1;

    /// <summary>The label that says the contrary: by its name, or the other one of two.</summary>
    private static int Opposite(EncoderConfig config)
    {
        var named = Find(config, Contradicts);
        return named < 0 && config.Labels is { Count: 2 } ? 1 - Find(config, Entails) : named;
    }
}
