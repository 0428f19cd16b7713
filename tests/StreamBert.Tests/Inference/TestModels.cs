using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Model;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Inference;

/// <summary>Models whose behaviour a test decides: the seams are the delegates of <see cref="ServedModel"/>.</summary>
internal static class TestModels
{
    /// <summary>One token a word, whose id is the word's length; the label is the number of tokens.</summary>
    public static ServedModel Counting(string version = "v1", Action<IReadOnlyList<EncodedText>>? before = null, Action? unload = null) =>
        new(version, ["sentiment"], Encode, texts =>
        {
            before?.Invoke(texts);
            return [.. texts.Select(static text => new ClassifiedText(Heads($"{text.Length}"), [text.Length]))];
        }, unload ?? (static () => { }));

    public static string Words(int count) => string.Join(' ', Enumerable.Repeat("w", count));

    /// <summary>The id of the one token that <see cref="Poison"/> holds.</summary>
    private const int PoisonId = 14;
    public const string Poison = "poisonouswaste";

    /// <summary>A counting model that throws whenever <see cref="Poison"/> is in the batch.</summary>
    public static ServedModel Allergic(List<int> batchSizes) => Counting(before: texts =>
    {
        batchSizes.Add(texts.Count);
        if (texts.Any(static text => text.Ids.Contains(PoisonId)))
            throw new ArithmeticException("not a number");
    });

    private static EncodedText Encode(string text) => new([.. text.Split(' ').Select(static word => word.Length)], false);

    private static Dictionary<string, HeadPrediction> Heads(string label) =>
        new() { ["sentiment"] = new(label, 1, new Dictionary<string, double> { [label] = 1 }) };
}
