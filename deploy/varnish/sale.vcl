vcl 4.1;

# A second layer of cache in front of a sale's edge, or in place of its cache: Varnish from 7.0 on.
# Start it with -p http_gzip_support=off: the files come compressed, in Brotli too.
# The page, its files and state.json alone; buyers' calls go to the edge itself.

backend edge {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 1s;
    .first_byte_timeout = 5s;
}

# Who may drop what is kept here: `doorbuster sale purge`.
acl operators {
    "127.0.0.1";
}

sub vcl_recv {
    if (req.url !~ "^/s/[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9._-]*$") {
        return (synth(404));
    }
    # Three forms of a file, not one for each browser's own words.
    if (req.http.Accept-Encoding ~ "\bbr\b") {
        set req.http.Accept-Encoding = "br, gzip";
    } elsif (req.http.Accept-Encoding ~ "\bgzip\b") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
    if (req.method == "PURGE") {
        if (client.ip !~ operators) {
            return (synth(404));
        }
        return (purge);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    # One copy for all origins: which of them may have it is said at the end.
    unset req.http.X-Allowed-Origin;
    if (req.http.Origin ~ "^https://shop\.example$") {
        set req.http.X-Allowed-Origin = req.http.Origin;
    }
    unset req.http.Origin;
    unset req.http.Cookie;
    unset req.http.Authorization;
    return (hash);
}

sub vcl_backend_fetch {
    unset bereq.http.X-Allowed-Origin;
}

sub vcl_backend_response {
    unset beresp.http.Access-Control-Allow-Origin;
    # The edge's word about its own cache is none about this one.
    unset beresp.http.X-Cache;
    # While the edge does not answer, what was there last is told.
    set beresp.grace = 1h;
    # What is not there may be in a moment.
    if (beresp.status == 404) {
        set beresp.grace = 0s;
    }
    if (beresp.status >= 500) {
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
}

sub vcl_deliver {
    # The shop's own pages with the sale's script: their origins stand in vcl_recv.
    if (req.http.X-Allowed-Origin) {
        set resp.http.Access-Control-Allow-Origin = req.http.X-Allowed-Origin;
        set resp.http.Access-Control-Expose-Headers = "Location, Retry-After, Age";
    }
    set resp.http.Vary = "Accept-Encoding, Origin";
}
