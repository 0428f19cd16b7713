using StreamBert.Cli.Bench.Measuring;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench.Encoders;

/// <summary>Contains the medians of one encoder in one precision.</summary>
internal sealed record InferenceRow(
    string Encoder,
    string Dtype,
    double GemmGflops,
    double UsefulGflops,
    double ShareOfGemm,
    double TextsPerSecond,
    double TokensPerSecond,
    double TimesPadded,
    double TimesFirstDtype)
{
    private const double Giga = 1e9;

    /// <param name="first">The row of the first precision, or null if this is the first one.</param>
    public static InferenceRow Create(EncoderShape shape, string precision, IReadOnlyList<InferenceRound> rounds, InferenceRow? first)
    {
        var textsPerSecond = Statistics.Median(rounds, static round => round.Packed.Texts);
        return new(
            shape.ToString(),
            precision,
            Math.Round(Statistics.Median(rounds, static round => round.GemmFlops) / Giga, 1),
            Math.Round(Statistics.Median(rounds, static round => round.Packed.Flops) / Giga, 1),
            Math.Round(Statistics.Median(rounds, static round => round.Packed.Flops / round.GemmFlops), 3),
            Math.Round(textsPerSecond),
            Math.Round(Statistics.Median(rounds, static round => round.Packed.Tokens)),
            Math.Round(Statistics.Median(rounds, static round => round.Packed.Texts / round.Padded.Texts), 2),
            Math.Round(first is null ? 1 : textsPerSecond / first.TextsPerSecond, 2));
    }
}
