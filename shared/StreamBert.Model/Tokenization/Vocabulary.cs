namespace StreamBert.Model.Tokenization;

/// <summary>The tokens of a tokenizer and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string?[] _tokens;
    private readonly string _source;

    private Vocabulary(Dictionary<string, int> ids, string?[] tokens, string source)
    {
        (_ids, _tokens, _source) = (ids, tokens, source);
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The highest id plus one.</summary>
    public int Size => _tokens.Length;

    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>
    /// Creates a vocabulary from the lines of <c>vocab.txt</c>; the id of a token is its line number, from 0. Of two equal lines the later
    /// one wins, as in Hugging Face's reader.
    /// </summary>
    public static Vocabulary FromLines(IReadOnlyList<string> lines, string source)
    {
        var ids = new Dictionary<string, int>(lines.Count, StringComparer.Ordinal);
        for (var id = 0; id < lines.Count; id++) ids[lines[id]] = id;
        return new Vocabulary(ids, [.. lines], source);
    }

    /// <exception cref="ModelPackageException">An id is negative, used twice, or far larger than the number of tokens.</exception>
    public static Vocabulary FromIds(IReadOnlyCollection<KeyValuePair<string, int>> pairs, string source)
    {
        var ids = new Dictionary<string, int>(pairs.Count, StringComparer.Ordinal);
        foreach (var (token, id) in pairs)
        {
            // Ids index tensors and arrays: a file with the id 2,000,000,000 must not cause an allocation of that size.
            if (id < 0 || id > 2L * pairs.Count + 1000)
            {
                throw new ModelPackageException(
                    $"{source}: the token '{token}' has the id {id}, which is out of range for {pairs.Count} tokens.");
            }

            if (!ids.TryAdd(token, id)) throw new ModelPackageException($"{source}: the token '{token}' is defined twice.");
        }

        var tokens = new string?[pairs.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            if (tokens[id] is { } other)
            {
                throw new ModelPackageException($"{source}: the tokens '{other}' and '{token}' share the id {id}.");
            }
            tokens[id] = token;
        }

        return new Vocabulary(ids, tokens, source);
    }

    /// <summary>Returns this vocabulary extended by added tokens.</summary>
    /// <exception cref="ModelPackageException">
    /// An added token has the id of another token, or an id far larger than the number of tokens.
    /// </exception>
    public Vocabulary With(IEnumerable<AddedToken> added)
    {
        var missing = added.Where(token => Find(token.Text) != token.Id).DistinctBy(static token => token.Text)
            .Select(static token => KeyValuePair.Create(token.Text, token.Id)).ToList();
        return missing.Count == 0 ? this : FromIds([.. _ids, .. missing], _source);
    }

    /// <returns>The id of the token; null if the vocabulary lacks it.</returns>
    public int? Find(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : null;

    /// <exception cref="ModelPackageException">The vocabulary lacks the token.</exception>
    public int Require(string token) =>
        Find(token) ?? throw new ModelPackageException($"{_source}: the vocabulary lacks the token {token}.");

    /// <returns>The token; an empty text for an unused id.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative or not less than <see cref="Size"/>.</exception>
    public string GetToken(int id) => (uint)id < (uint)_tokens.Length
        ? _tokens[id] ?? ""
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has {_tokens.Length} tokens.");

    /// <summary>Returns those special tokens that the vocabulary contains, to be matched in texts.</summary>
    /// <param name="maskStripsLeft">Whether the mask token absorbs white space on its left.</param>
    public IEnumerable<AddedToken> FindSpecialTokens(SpecialTokenNames names, bool maskStripsLeft) => names.All.Where(_ids.ContainsKey)
        .Select(name => new AddedToken(name, Require(name), StripsLeft: maskStripsLeft && name == names.Mask));

    /// <exception cref="ModelPackageException">The vocabulary lacks the token before or the token behind a text.</exception>
    public SpecialTokens GetSpecialTokens(SpecialTokenNames names, bool doubleSeparator) =>
        new(Require(names.Cls), Require(names.Sep), Find(names.Unknown), Find(names.Pad), Find(names.Mask))
        {
            DoubleSeparator = doubleSeparator,
            UsesTokenTypes = !doubleSeparator,
        };

    /// <summary>Returns the token that replaces web addresses, or null if they are left as they are.</summary>
    /// <exception cref="ModelPackageException">The vocabulary lacks the token.</exception>
    public AddedToken? GetUrlToken(bool collapseUrls) => collapseUrls ? new AddedToken(AddedToken.Url, Require(AddedToken.Url)) : null;
}
