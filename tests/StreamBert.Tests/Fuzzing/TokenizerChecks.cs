using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Fuzzing;

internal static class TokenizerChecks
{
    /// <summary>Checks that ids are in the vocabulary, offsets are inside the text, and the number of tokens is within the limit.</summary>
    public static void Encode(TextTokenizer tokenizer, string text)
    {
        foreach (var limit in (int[])[2, 16, 512])
        {
            var encoded = tokenizer.Encode(text, limit);
            Assert.InRange(encoded.Length, SpecialTokens.CountForSingle, limit);
            foreach (var id in encoded.Ids) Assert.InRange(id, 0, tokenizer.VocabularySize - 1);
            foreach (var (start, end) in encoded.Offsets)
            {
                Assert.True(
                    start >= 0 && start <= end && end <= text.Length,
                    $"A token is at {start} to {end} of {text.Length}.");
            }
        }
    }
}
