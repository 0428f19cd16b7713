using Microsoft.ML.Tokenizers;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// A package's word pieces beside Microsoft.ML.Tokenizers' BertTokenizer on the same vocabulary: what benchmarks measure. For one thread.
/// </summary>
public sealed class TokenizerComparison
{
    private const int NoLimit = int.MaxValue / 2;
    private readonly TokenBuffer _buffer = new();
    private readonly WordPieceTokenizer _own;
    private readonly BertTokenizer _microsoft;

    private TokenizerComparison(WordPieceTokenizer own, BertTokenizer microsoft) => (this._own, this._microsoft) = (own, microsoft);

    /// <exception cref="ModelPackageException">The package has no <c>vocab.txt</c>, or one that cannot be read.</exception>
    public static TokenizerComparison Open(string directory, bool lowercase = true)
    {
        var path = Path.Combine(directory, "vocab.txt");
        if (!File.Exists(path) || Tokenizers.Load(directory, lowercase) is not WordPieceTokenizer own)
            throw new ModelPackageException($"{path}: word pieces are compared, and this package has none; give one with vocab.txt.");
        return new TokenizerComparison(own, BertTokenizer.Create(path, new BertOptions
        {
            LowerCaseBeforeTokenization = own.Lowercase,
            RemoveNonSpacingMarks = own.Lowercase,
        }));
    }

    /// <summary>Tokenizes all texts; returns the number of tokens.</summary>
    public long Count(IReadOnlyList<string> texts)
    {
        var tokens = 0L;
        for (var i = 0; i < texts.Count; i++)
        {
            _own.Encode(texts[i], NoLimit, _buffer);
            tokens += _buffer.Count;
        }

        return tokens;
    }

    /// <summary>The same with Microsoft.ML.Tokenizers.</summary>
    public long CountMicrosoft(IReadOnlyList<string> texts)
    {
        var tokens = 0L;
        for (var i = 0; i < texts.Count; i++) tokens += _microsoft.EncodeToIds(texts[i]).Count;
        return tokens;
    }

    /// <summary>How many texts get other ids from the one than from the other.</summary>
    public int Different(IEnumerable<string> texts)
        => texts.Count(text => !_own.Encode(text, NoLimit).Ids.SequenceEqual(_microsoft.EncodeToIds(text)));
}
