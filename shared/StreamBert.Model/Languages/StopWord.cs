namespace StreamBert.Model.Languages;

/// <summary>A function word.</summary>
/// <param name="Index">Its index among all words.</param>
/// <param name="Languages">The mask of the languages that it belongs to.</param>
internal readonly record struct StopWord(int Index, uint Languages);
