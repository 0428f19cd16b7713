using System.Buffers;
using System.Globalization;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// BERT's tokenizer: cleaning, optional lower-casing and accent stripping, splitting at white space, punctuation and CJK, then greedy
/// longest-match word pieces (Devlin et al. 2018; Hugging Face's BertTokenizer is the reference). Safe for concurrent use.
/// </summary>
internal sealed class WordPieceTokenizer
{
    private const int MaxWordLength = 100;
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly bool lowercase;
    private readonly bool collapseUrls;
    private readonly int cls, sep, unknown;
    private readonly int? url;

    public WordPieceTokenizer(IReadOnlyList<string> pieces, bool lowercase, bool collapseUrls)
    {
        vocabulary = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        for (var id = 0; id < pieces.Count; id++) vocabulary[pieces[id]] = id;
        lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        this.lowercase = lowercase;
        this.collapseUrls = collapseUrls;
        (cls, sep, unknown) = (Special("[CLS]"), Special("[SEP]"), Special("[UNK]"));
        url = collapseUrls ? Special("[URL]") : null;
    }

    public int MaskId => Special("[MASK]");

    public static WordPieceTokenizer Load(string path, bool lowercase, bool collapseUrls)
    {
        try
        {
            return new WordPieceTokenizer(File.ReadAllLines(path), lowercase, collapseUrls);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Ids between [CLS] and [SEP], cut to <paramref name="maxTokens"/>.</summary>
    public EncodedText Encode(string text, int maxTokens)
    {
        var ids = new List<int>(48) { cls };
        var truncated = false;
        foreach (var word in Words(text))
        {
            AddPieces(word, ids);
            truncated = ids.Count > maxTokens - 1;
            if (!truncated) continue;
            ids.RemoveRange(maxTokens - 1, ids.Count - (maxTokens - 1));
            break;
        }

        ids.Add(sep);
        return new EncodedText([.. ids], truncated);
    }

    /// <summary>The words before they are cut into pieces; special tokens written out in the text stay whole.</summary>
    public IEnumerable<string> Words(string text)
    {
        foreach (var (chunk, special) in Chunks(text))
        {
            if (special) yield return chunk;
            else
                foreach (var word in SplitWords(Normalize(chunk))) yield return word;
        }
    }

    private int Special(string token) =>
        vocabulary.TryGetValue(token, out var id) ? id : throw new ModelPackageException($"The vocabulary lacks the token {token}.");

    private IEnumerable<(string Text, bool Special)> Chunks(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var special = text[i] switch
            {
                '[' => SpecialAt(text, i),
                'h' or 'H' when url is not null => UrlAt(text, i),
                _ => 0,
            };
            if (special == 0) continue;
            if (i > start) yield return (text[start..i], false);
            yield return (text[i] == '[' ? text.Substring(i, special) : "[URL]", true);
            start = i + special;
            i = start - 1;
        }

        if (start < text.Length) yield return (text[start..], false);
    }

    private static int SpecialAt(string text, int at)
    {
        foreach (var token in (ReadOnlySpan<string>)["[CLS]", "[SEP]", "[UNK]", "[MASK]", "[PAD]"])
            if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0) return token.Length;
        return 0;
    }

    private static int UrlAt(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (!rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return 0;
        var end = rest.IndexOfAny(UrlEnds);
        return end < 0 ? rest.Length : end;
    }

    private static readonly SearchValues<char> UrlEnds = SearchValues.Create(" \t\r\n\"<>\u00a0");

    private string Normalize(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is 0 or 0xFFFD) continue;
            if (IsWhitespace(rune)) cleaned.Append(' ');
            else if (IsControl(rune)) continue;
            else if (IsCjk(rune.Value)) cleaned.Append(' ').Append(rune.ToString()).Append(' ');
            else if (lowercase) cleaned.Append(Rune.ToLowerInvariant(rune).ToString());
            else cleaned.Append(rune.ToString());
        }

        var result = cleaned.ToString();
        return lowercase && !Ascii.IsValid(result) ? Accents.Strip(result) : result;
    }

    private static IEnumerable<string> SplitWords(string text)
    {
        var start = -1;
        for (var i = 0; i < text.Length;)
        {
            var rune = Rune.TryGetRuneAt(text, i, out var found) ? found : Rune.ReplacementChar;
            var length = rune == Rune.ReplacementChar ? 1 : rune.Utf16SequenceLength;
            var separate = IsPunctuation(rune);
            if (separate || IsWhitespace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                if (start >= 0) yield return text[start..i];
                if (separate) yield return text.Substring(i, length);
                start = -1;
            }
            else if (start < 0) start = i;

            i += length;
        }

        if (start >= 0) yield return text[start..];
    }

    private void AddPieces(string word, List<int> ids)
    {
        if (vocabulary.TryGetValue(word, out var whole))
        {
            ids.Add(whole);
            return;
        }

        var first = ids.Count;
        if (RuneCount(word) > MaxWordLength || !TryAddPieces(word, ids))
        {
            ids.RemoveRange(first, ids.Count - first);
            ids.Add(unknown);
        }
    }

    private bool TryAddPieces(string word, List<int> ids)
    {
        Span<char> buffer = stackalloc char[2 + 2 * MaxWordLength];
        "##".CopyTo(buffer);
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            for (; end > start; end--)
            {
                var length = end - start;
                word.AsSpan(start, length).CopyTo(buffer[2..]);
                if (!lookup.TryGetValue(start > 0 ? buffer[..(length + 2)] : buffer.Slice(2, length), out var id)) continue;
                ids.Add(id);
                break;
            }

            if (end == start) return false;
            start = end;
        }

        return true;
    }

    private static int RuneCount(string word) => word.Length <= MaxWordLength ? word.Length : word.EnumerateRunes().Count();

    private static bool IsWhitespace(Rune rune) =>
        rune.Value is ' ' or '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsPunctuation(Rune rune) =>
        rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static bool IsCjk(int code) =>
        code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
