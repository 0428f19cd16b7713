using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Model.Heads;

/// <summary>
/// Classifies texts by labels that the model was not trained on, with a checkpoint for natural-language inference (Yin, Hay and Roth
/// 2019): it predicts whether the text, as premise, entails a hypothesis made with the label. This takes a pass over text and hypothesis
/// for every label.
/// </summary>
internal sealed class ZeroShotHead
{
    /// <summary>Limits the memory of a pass if there are many labels.</summary>
    private const int MaxBatchTokens = 8192;

    private readonly HeadManifest _head;
    private readonly int[][] _hypotheses; // the tokens behind the encoded text in the pair with each label's hypothesis
    private readonly EntailmentLabels _labels;
    private readonly SpecialTokens _specialTokens;

    /// <param name="head">A head that <see cref="ZeroShotManifest.Complete"/> has returned.</param>
    /// <exception cref="ModelPackageException">The tokenizer cannot encode pairs, or the labels are too long.</exception>
    public ZeroShotHead(HeadManifest head, EncoderConfig config, TextTokenizer tokenizer, int maxTokens)
    {
        (_head, _labels, _specialTokens) = (head, new EntailmentLabels(config), tokenizer.SpecialTokens);
        if (!_specialTokens.SupportsPairs)
        {
            throw new ModelPackageException(
                $"The zero-shot head '{head.Name}' needs pairs of texts, and the post_processor in the model's tokenizer.json "
                + "has no supported template for pairs.");
        }

        _hypotheses = [.. head.Labels.Select(label => EncodeHypothesis(tokenizer, label, maxTokens))];
        ReservedTokens = _hypotheses.Max(static hypothesis => hypothesis.Length);
        if (ReservedTokens > maxTokens / 2)
        {
            throw new ModelPackageException(
                $"The labels of the head '{head.Name}' in its template take up to {ReservedTokens} of {maxTokens} tokens; shorten them.");
        }
    }

    /// <summary>The number of tokens that a text must leave for the longest hypothesis.</summary>
    public int ReservedTokens { get; }

    /// <summary>Returns the pair of an encoded text and the hypothesis of a label.</summary>
    public EncodedText CreatePair(EncodedText text, int label)
    {
        int[] ids = [.. text.Ids, .. _hypotheses[label]];
        return new EncodedText(ids, text.IsTruncated)
        {
            Offsets = [.. text.Offsets, .. new TokenSpan[_hypotheses[label].Length]],
            SecondTextStart = _specialTokens.UsesTokenTypes ? text.Length : ids.Length,
        };
    }

    /// <summary>
    /// Computes a logit for each pair in the batch, [pairs]: that of entailment, or for a multi-label head its difference from that of
    /// contradiction.
    /// </summary>
    public Tensor ComputeLogits(MultiTaskNetwork network, Tensor hidden, PackedBatch pairs)
    {
        var logits = network.ComputeLogits(hidden, pairs, _head, dropout: 0);
        var entailment = logits.select(1, _labels.Entailment);
        return _head.Task == HeadTask.ZeroShotMultiLabel ? entailment - logits.select(1, _labels.Contradiction) : entailment;
    }

    /// <summary>Computes the logits of all texts for all labels in padding-free batches.</summary>
    /// <returns>[texts × labels], in the order of the texts.</returns>
    public float[] ComputeLogits(MultiTaskNetwork network, IReadOnlyList<EncodedText> texts, Device device)
    {
        var logits = new float[texts.Count * _hypotheses.Length];
        // Similar lengths are batched together, which keeps attention cheap.
        var pairs = Enumerable.Range(0, logits.Length)
            .Select(index => (Index: index, Pair: CreatePair(texts[index / _hypotheses.Length], index % _hypotheses.Length)))
            .OrderBy(static item => item.Pair.Length).ToArray();
        for (int start = 0, end; start < pairs.Length; start = end)
        {
            end = FindBatchEnd(pairs, start);
            var batch = pairs[start..end];
            var values = ComputeBatch(network, [.. batch.Select(static item => item.Pair)], device);
            for (var i = 0; i < batch.Length; i++) logits[batch[i].Index] = values[i];
        }

        return logits;
    }

    private static int FindBatchEnd((int Index, EncodedText Pair)[] pairs, int start)
    {
        var (end, tokens) = (start, 0);
        do
        {
            tokens += pairs[end++].Pair.Length;
        }
        while (end < pairs.Length && tokens + pairs[end].Pair.Length <= MaxBatchTokens);
        return end;
    }

    private float[] ComputeBatch(MultiTaskNetwork network, IReadOnlyList<EncodedText> pairs, Device device)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(
            [.. pairs.Select(static pair => pair.Ids)], device, [.. pairs.Select(static pair => pair.SecondTextStart)]);
        var packed = ComputeLogits(network, network.Encoder.Forward(batch), batch).ToFloats();
        var values = new float[pairs.Count];
        for (var i = 0; i < packed.Length; i++) values[batch.OriginalIndices[i]] = packed[i];
        return values;
    }

    /// <summary>Encodes a hypothesis without its first special token; the last one of the text before it is the separator.</summary>
    private int[] EncodeHypothesis(TextTokenizer tokenizer, string label, int maxTokens)
    {
        var ids = tokenizer.Encode(ZeroShotManifest.FillTemplate(_head.Template!, label), maxTokens).Ids[1..];
        return _specialTokens.DoubleSeparator ? [_specialTokens.Sep, .. ids] : ids;
    }
}
