using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench;

/// <summary>Random texts whose lengths follow a log-normal distribution, as short texts do: mean about 35 tokens, 3 to 128.</summary>
internal static class LengthMix
{
    private const int Shortest = 3, Longest = 128, Mean = 35;
    private const double Deviation = 0.6;

    /// <summary>Tokens to choose from: how fast an encoder is does not depend on which they are.</summary>
    private const int Vocabulary = 1000;
    private const long MaxVocabularyBytes = 64 * 1024 * 1024;

    public static int[] Lengths(int count, int seed)
    {
        var random = new Random(seed);
        // The mean of a log-normal is exp(μ + σ²/2).
        var mu = Math.Log(Mean) - Deviation * Deviation / 2;
        return [.. Enumerable.Range(0, count)
            .Select(_ => Math.Clamp((int)Math.Round(Math.Exp(mu + Deviation * Normal(random))), Shortest, Longest))];
    }

    /// <summary>Texts of random tokens in the mix of lengths.</summary>
    public static List<EncodedText> Encoded(int count)
    {
        var random = new Random(2);
        return [.. Lengths(count, seed: 1).Select(
            length => new EncodedText([.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))], false))];
    }

    /// <summary>Texts in words, each one token of the vocabulary, in the mix of lengths; [CLS] and [SEP] count.</summary>
    public static List<string> Words(int count, string vocabularyFile)
    {
        var words = RegularFile.Lines(vocabularyFile, MaxVocabularyBytes)
            .Where(static piece => piece.Length > 1 && piece.All(char.IsAsciiLetterLower))
            .Take(Vocabulary)
            .ToArray();
        var random = new Random(2);
        return [.. Lengths(count, seed: 1).Select(
            length => string.Join(' ', Enumerable.Range(0, length - 2).Select(_ => words[random.Next(words.Length)])))];
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
