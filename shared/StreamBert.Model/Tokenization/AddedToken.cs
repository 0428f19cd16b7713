namespace StreamBert.Model.Tokenization;

/// <summary>
/// A token that is matched in the text before pre-tokenization: a special token such as <c>[MASK]</c>, or one that a package adds.
/// </summary>
/// <param name="StripsLeft">Whether it absorbs white space on its left, as RoBERTa's <c>&lt;mask&gt;</c> does.</param>
/// <param name="StripsRight">Whether it absorbs white space on its right.</param>
/// <param name="IsSingleWord">Whether it matches only where no word character adjoins it.</param>
/// <param name="IsNormalized">Whether it is matched in normalized form, in the normalized text.</param>
internal sealed record AddedToken(
    string Text, int Id, bool StripsLeft = false, bool StripsRight = false, bool IsSingleWord = false, bool IsNormalized = false)
{
    /// <summary>The token that replaces every web address in packages that collapse them.</summary>
    public const string Url = "[URL]";
}
