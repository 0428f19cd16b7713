using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>Temperature scaling (Guo et al. 2017): the T for which softmax(logits / T) is likeliest on held-out texts.</summary>
internal static class Calibration
{
    private const int BatchSize = 64;

    /// <summary>Fewer texts than this say too little about a temperature.</summary>
    public const int MinimumTexts = 40;

    public static double Fit(TextNetwork network, HeadManifest head, IReadOnlyList<(int[] Ids, int Label)> texts)
    {
        using var noGradient = inference_mode();
        var rows = texts.OrderBy(static text => text.Ids.Length).Chunk(BatchSize).SelectMany(chunk => Logits(network, head, chunk)).ToList();
        return Fit(rows);
    }

    /// <summary>
    /// The same of a head that reads every token, on the tokens with labels; too few texts leave the temperature as it is.
    /// </summary>
    public static double FitTokens(TextNetwork network, HeadManifest head, IReadOnlyList<TrainingText> texts)
    {
        if (texts.Count < MinimumTexts) return head.Temperature;
        using var noGradient = inference_mode();
        return Fit(texts.OrderBy(static text => text.Ids.Length).Chunk(BatchSize).SelectMany(chunk => TokenLogits(network, head, chunk)).ToList());
    }

    /// <summary>Golden-section search on the mean negative log-likelihood, which has one minimum in log T.</summary>
    public static double Fit(IReadOnlyList<(float[] Logits, int Label)> rows)
    {
        const double ratio = 0.6180339887498949;
        double low = Math.Log(0.2), high = Math.Log(8);
        for (var i = 0; i < 40; i++)
        {
            double a = high - ratio * (high - low), b = low + ratio * (high - low);
            if (NegativeLogLikelihood(rows, Math.Exp(a)) < NegativeLogLikelihood(rows, Math.Exp(b))) high = b;
            else low = a;
        }

        return Math.Round(Math.Exp((low + high) / 2), 4);
    }

    private static double NegativeLogLikelihood(IReadOnlyList<(float[] Logits, int Label)> rows, double temperature) => rows.Sum(row =>
    {
        var highest = row.Logits.Max();
        return Math.Log(row.Logits.Sum(logit => Math.Exp((logit - highest) / temperature)))
            - (row.Logits[row.Label] - highest) / temperature;
    });

    private static List<(float[], int)> Logits(TextNetwork network, HeadManifest head, (int[] Ids, int Label)[] texts)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), CPU);
        var logits = network.HeadLogits(network.Encoder.Forward(batch), batch, head, 0).data<float>().ToArray().Chunk(head.Labels.Count)
            .ToList();
        return batch.Order.Select((original, packed) => (logits[packed], texts[original].Label)).ToList();
    }

    private static List<(float[], int)> TokenLogits(TextNetwork network, HeadManifest head, TrainingText[] texts)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), CPU);
        var logits = network.HeadLogits(network.Encoder.Forward(batch), batch, head, 0).data<float>().ToArray().Chunk(head.Labels.Count);
        return logits.Zip(batch.Order.SelectMany(i => texts[i].TokenLabels!.Labels)).Where(row => row.Second >= 0).ToList();
    }
}
