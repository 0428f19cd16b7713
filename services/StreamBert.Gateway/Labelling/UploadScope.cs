namespace StreamBert.Gateway.Labelling;

/// <summary>What applies to all rows of an uploaded file.</summary>
/// <param name="Pipeline">The pipeline of the texts.</param>
/// <param name="Head">The head of rows that name none; null: every row needs one.</param>
/// <param name="Annotator">The annotator; null: the sender.</param>
public sealed record UploadScope(string Pipeline, string? Head, string? Annotator);
