namespace StreamBert.Gateway.Ingestion;

/// <summary>Collects the errors of the objects of one request.</summary>
internal sealed class RequestErrors
{
    private readonly Dictionary<string, string> _errors = [];

    /// <param name="index">The index of the object in the request.</param>
    /// <param name="field">The field; empty for the whole object.</param>
    /// <param name="error">The error as a predicate of the field.</param>
    public void Add(int index, string? field, string error) =>
        _errors[$"[{index}]{(string.IsNullOrEmpty(field) ? "" : $".{field}")}"] = error;

    /// <exception cref="InvalidRequestException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new InvalidRequestException(_errors);
    }
}
