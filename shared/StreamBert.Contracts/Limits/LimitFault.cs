namespace StreamBert.Contracts;

/// <summary>Describes a field that exceeds its limit.</summary>
/// <param name="Code">The code of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Field">The sender's name of the field; empty for the record as a whole.</param>
/// <param name="Size">The number of bytes or entries.</param>
/// <param name="Predicate">A sentence without its subject, which is the field: the size, the limit and the setting.</param>
public sealed record LimitFault(string Code, string Field, long Size, string Predicate)
{
    /// <summary>The whole sentence.</summary>
    public string Detail => Field.Length == 0 ? $"The record {Predicate}" : $"The field '{Field}' {Predicate}";
}
