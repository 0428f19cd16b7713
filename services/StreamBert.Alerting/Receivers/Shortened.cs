namespace StreamBert.Alerting.Receivers;

/// <summary>Shortens texts to what a receiver accepts.</summary>
internal static class Shortened
{
    /// <summary>Returns a text of at most a number of characters, which ends with an ellipsis if something is missing.</summary>
    public static string To(string text, int maxLength) => text.Length <= maxLength ? text
        : $"{text[..(char.IsHighSurrogate(text[maxLength - 2]) ? maxLength - 2 : maxLength - 1)]}…";
}
