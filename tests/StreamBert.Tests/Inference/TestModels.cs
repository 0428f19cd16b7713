using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Inference;

/// <summary>Creates models whose behaviour a test defines, through the delegates of <see cref="ServedModel"/>.</summary>
internal static class TestModels
{
    /// <summary>Creates a model with one token per word, whose id is the length of the word; the label is the number of tokens.</summary>
    public static ServedModel Counting(string version = "v1", Action<IReadOnlyList<EncodedText>>? before = null, Action? unload = null) =>
        new(version, ["sentiment"], Encode, texts =>
        {
            before?.Invoke(texts);
            return [.. texts.Select(static text => new ClassifiedText(Heads($"{text.Length}"), [text.Length]))];
        }, unload ?? (static () => { }));

    public static string Words(int count) => string.Join(' ', Enumerable.Repeat("w", count));

    /// <summary>The id of the single token of <see cref="Poison"/>.</summary>
    private const int PoisonId = 14;
    public const string Poison = "poisonouswaste";

    /// <summary>Creates a counting model that throws whenever <see cref="Poison"/> is in the batch.</summary>
    public static ServedModel FailingOnPoison(List<int> batchSizes) => Counting(before: texts =>
    {
        batchSizes.Add(texts.Count);
        if (texts.Any(static text => text.Ids.Contains(PoisonId)))
            throw new ArithmeticException("not a number");
    });

    private static EncodedText Encode(string text) => new([.. text.Split(' ').Select(static word => word.Length)], false);

    private static Dictionary<string, HeadPrediction> Heads(string label) =>
        new() { ["sentiment"] = new(label, 1, new Dictionary<string, double> { [label] = 1 }) };
}
