using System.Net;
using Microsoft.AspNetCore.Connections;

namespace StreamBert.Gateway.Connections;

/// <summary>
/// Holds the state of a connection for the <see cref="ConnectionLimiter"/>, which synchronizes the access. It is a feature of the
/// connection.
/// </summary>
internal sealed class TrackedConnection
{
    private readonly ConnectionContext _connection;

    public TrackedConnection(ConnectionContext connection)
    {
        _connection = connection;
        Address = ClientAddress.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        (Node, AddressNode) = (new(this), new(this));
    }

    public string Address { get; }

    /// <summary>The node in the list of all idle connections, or of those for health checks.</summary>
    public LinkedListNode<TrackedConnection> Node { get; }

    /// <summary>The node in the list of the idle connections of its address.</summary>
    public LinkedListNode<TrackedConnection> AddressNode { get; }

    /// <summary>The number of running requests; on HTTP/2 there may be several.</summary>
    public int Requests { get; set; }

    /// <summary>The timestamp at which the last request has ended.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether the connection is counted; false once it has been replaced and is being closed.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether only health checks are served, because the maximum was reached when it was opened.</summary>
    public bool IsHealthCheckOnly { get; set; }

    public void Close(string reason) => _connection.Abort(new ConnectionAbortedException(reason));
}
