using StreamBert.Contracts;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench.Measuring;

/// <summary>
/// Generates random texts whose lengths have a log-normal distribution, as is typical of short texts: mean about 35 tokens, from 3 to 128.
/// The texts are the same every time.
/// </summary>
internal static class RandomTexts
{
    private const int MinTokens = 3, MaxTokens = 128, MeanTokens = 35;
    private const double Sigma = 0.6;
    private const int LengthSeed = 1, TokenSeed = 2;

    /// <summary>The number of distinct tokens; which of them occur in a text does not affect the speed of an encoder.</summary>
    private const int DistinctTokens = 1000;

    /// <summary>The number of special tokens around a text: [CLS] and [SEP].</summary>
    private const int SpecialTokenCount = 2;
    private const long MaxVocabularyBytes = 64 * 1024 * 1024;

    /// <summary>Generates texts of random token ids.</summary>
    public static List<EncodedText> GenerateEncoded(int count)
    {
        var random = new Random(TokenSeed);
        return
        [
            .. GenerateLengths(count).Select(length =>
                new EncodedText([.. Enumerable.Range(0, length).Select(_ => random.Next(DistinctTokens))], false)),
        ];
    }

    /// <summary>Generates texts of words that are single tokens of the vocabulary; the lengths include the special tokens.</summary>
    public static List<string> Generate(int count, string vocabularyFile)
    {
        var words = RegularFile.Lines(vocabularyFile, MaxVocabularyBytes)
            .Where(static token => token.Length > 1 && token.All(char.IsAsciiLetterLower))
            .Take(DistinctTokens)
            .ToArray();
        var random = new Random(TokenSeed);
        return
        [
            .. GenerateLengths(count).Select(length =>
                string.Join(' ', Enumerable.Range(0, length - SpecialTokenCount).Select(_ => words[random.Next(words.Length)]))),
        ];
    }

    private static int[] GenerateLengths(int count)
    {
        var random = new Random(LengthSeed);
        // The mean of a log-normal distribution is exp(μ + σ²/2).
        var mu = Math.Log(MeanTokens) - Sigma * Sigma / 2;
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                Math.Clamp((int)Math.Round(Math.Exp(mu + Sigma * DrawNormal(random))), MinTokens, MaxTokens)),
        ];
    }

    private static double DrawNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
