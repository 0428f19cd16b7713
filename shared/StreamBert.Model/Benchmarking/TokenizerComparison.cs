using Microsoft.ML.Tokenizers;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;
using WordPieceTokenizer = StreamBert.Model.Tokenization.WordPiece.WordPieceTokenizer;

namespace StreamBert.Model.Benchmarking;

/// <summary>
/// Compares the WordPiece tokenizer of a package with Microsoft.ML.Tokenizers' BertTokenizer on the same vocabulary. An instance is not
/// thread-safe.
/// </summary>
public sealed class TokenizerComparison
{
    private const int NoLimit = int.MaxValue / 2;
    private readonly TokenBuffer _buffer = new();
    private readonly WordPieceTokenizer _own;
    private readonly BertTokenizer _microsoft;

    private TokenizerComparison(WordPieceTokenizer own, BertTokenizer microsoft) => (_own, _microsoft) = (own, microsoft);

    /// <summary>Loads both tokenizers from <c>vocab.txt</c>.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="lowercase">Whether texts are lower-cased if the files do not define it.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ModelPackageException">The package has no <c>vocab.txt</c>, or it cannot be read.</exception>
    public static TokenizerComparison Open(string directory, bool lowercase = true)
    {
        var path = Path.Combine(directory, "vocab.txt");
        if (!File.Exists(path) || TokenizerLoader.Load(directory, lowercase) is not WordPieceTokenizer own)
            throw new ModelPackageException($"{path}: the package has no WordPiece tokenizer to compare; use a package with vocab.txt.");
        return new TokenizerComparison(own, BertTokenizer.Create(path, new BertOptions
        {
            LowerCaseBeforeTokenization = own.Lowercase,
            RemoveNonSpacingMarks = own.Lowercase,
        }));
    }

    /// <summary>Tokenizes all texts with the package's tokenizer.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The number of tokens, special tokens included.</returns>
    public long CountTokens(IReadOnlyList<string> texts)
    {
        var tokens = 0L;
        for (var i = 0; i < texts.Count; i++)
        {
            _own.Encode(texts[i], NoLimit, _buffer);
            tokens += _buffer.Count;
        }

        return tokens;
    }

    /// <summary>Tokenizes all texts with Microsoft.ML.Tokenizers.</summary>
    /// <inheritdoc cref="CountTokens"/>
    public long CountMicrosoftTokens(IReadOnlyList<string> texts)
    {
        var tokens = 0L;
        for (var i = 0; i < texts.Count; i++) tokens += _microsoft.EncodeToIds(texts[i]).Count;
        return tokens;
    }

    /// <summary>Counts the texts for which the two tokenizers return different ids.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The number of texts.</returns>
    public int CountDifferences(IEnumerable<string> texts) =>
        texts.Count(text => !_own.Encode(text, NoLimit).Ids.SequenceEqual(_microsoft.EncodeToIds(text)));
}
