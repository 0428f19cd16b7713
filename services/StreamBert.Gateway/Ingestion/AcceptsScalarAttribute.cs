namespace StreamBert.Gateway.Ingestion;

/// <summary>Marks a text field that clients may also send as a number or a Boolean; it is read as it is written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AcceptsScalarAttribute : Attribute;
