using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>
/// Represents the opacity ε: how little the words with the highest attributions determine the answer (DeYoung et al. 2020, ERASER).
/// Without them the probability of the answer should fall (comprehensiveness), with them alone it should stay (sufficiency).
/// </summary>
/// <param name="Texts">The number of texts that were explained.</param>
/// <param name="Comprehensiveness">The mean fall of the probability without the words.</param>
/// <param name="Sufficiency">The mean fall of the probability with these words only.</param>
/// <param name="Epsilon">1 − (comprehensiveness + 1 − sufficiency) / 2, each text's terms limited to 0 to 1.</param>
public sealed record Opacity(int Texts, double Comprehensiveness, double Sufficiency, Estimate Epsilon)
{
    /// <summary>The share of the words that are removed or kept; at least one.</summary>
    public const double Share = 0.2;

    private const int Samples = 1000;
    private const int Seed = 20;

    /// <summary>Computes the opacity.</summary>
    /// <param name="erasures">The probabilities of the answer to each text.</param>
    public static Opacity Of(IReadOnlyList<Erasure> erasures)
    {
        var opacities = erasures.Select(static erasure => erasure.Opacity).ToArray();
        var random = new Random(Seed);
        var means = Enumerable.Range(0, Samples).Select(_ => random.GetItems(opacities, opacities.Length).Average());
        return new(
            erasures.Count, erasures.Average(static e => e.Full - e.Without), erasures.Average(static e => e.Full - e.Only),
            new(opacities.Average(), Bootstrap.Percentiles([.. means])));
    }

    /// <summary>Returns the words that attribute most to the answer: a fifth of them, at least one.</summary>
    /// <param name="words">The words of a text.</param>
    public static HashSet<WordAttribution> ChooseWords(IReadOnlyList<WordAttribution> words) =>
        [.. words.OrderByDescending(static word => word.Attribution).Take(Math.Max(1, (int)Math.Round(Share * words.Count)))];

    /// <summary>Returns the text without the words that are not kept; other characters stay.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    /// <param name="keep">Whether a word is kept.</param>
    public static string Erase(string text, IReadOnlyList<WordAttribution> words, Func<WordAttribution, bool> keep)
    {
        var characters = text.ToCharArray();
        foreach (var word in words.Where(word => !keep(word)))
            characters.AsSpan(word.Start, word.End - word.Start).Fill(' ');
        return new string(characters);
    }
}
